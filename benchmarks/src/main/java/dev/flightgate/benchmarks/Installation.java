package dev.flightgate.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What other people's servers need, fetched when first asked for and kept below target/peers, apart
 * from the class path of everything else. One thread.
 */
final class Installation {

  private static final long MINUTES = 15;

  private final Setup setup;

  Installation(Setup setup) {
    this.setup = setup;
  }

  /** Thrown with a sentence of why something cannot be had on this machine. */
  static final class Unavailable extends Exception {
    Unavailable(String why) {
      super(why);
    }
  }

  /** The folder of DazzleDuck's jars. */
  Path dazzleduck() throws IOException, InterruptedException, Unavailable {
    Path pom = setup.home().resolve("benchmarks/peers/dazzleduck/pom.xml");
    Path folder = folder("dazzleduck");
    Path wrapper = setup.home().resolve("mvnw");
    once(
        pom,
        folder,
        List.of(
            List.of(
                wrapper.toString(),
                "-B",
                "-q",
                "-f",
                pom.toString(),
                "dependency:copy-dependencies",
                "-DoutputDirectory=" + folder)));
    return folder;
  }

  /** A Python that has pyarrow and duckdb. */
  Path python() throws IOException, InterruptedException, Unavailable {
    Path requirements = setup.home().resolve("benchmarks/peers/pyarrow/requirements.txt");
    Path folder = folder("pyarrow");
    Path python = folder.resolve("bin/python");
    once(
        requirements,
        folder,
        List.of(
            List.of("python3", "-m", "venv", folder.toString()),
            List.of(
                python.toString(),
                "-m",
                "pip",
                "install",
                "-q",
                "--disable-pip-version-check",
                "-r",
                requirements.toString())));
    return python;
  }

  private Path folder(String name) {
    return setup.target().resolve("peers").resolve(name);
  }

  /** Unless it was done for this very file, of which a copy then lies in the folder. */
  private void once(Path wanted, Path folder, List<List<String>> commands)
      throws IOException, InterruptedException, Unavailable {
    Path done = folder.resolve("installed-" + wanted.getFileName());
    if (Files.exists(done) && Files.mismatch(wanted, done) < 0) {
      return;
    }
    Files.createDirectories(folder);
    for (List<String> command : commands) {
      run(command);
    }
    Files.copy(wanted, done, StandardCopyOption.REPLACE_EXISTING);
  }

  private void run(List<String> command) throws IOException, InterruptedException, Unavailable {
    Path log = setup.target().resolve("peers/installation.log");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
    } catch (IOException missing) {
      throw new Unavailable("there is no " + command.get(0));
    }
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new Unavailable("not installed after " + MINUTES + " minutes: " + command.get(0));
    }
    if (process.exitValue() != 0) {
      throw new Unavailable("it could not be installed, see target/peers/" + log.getFileName());
    }
  }
}
