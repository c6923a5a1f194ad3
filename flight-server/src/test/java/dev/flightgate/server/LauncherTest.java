package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher at the top of the project, in a build of empty files whose path has a space and a
 * pattern in it, with a Java that writes what it is told as archive and else prints its arguments.
 */
final class LauncherTest {

  private static final String JAVA =
      """
      #!/bin/sh
      here=$(dirname "$0")
      archive=
      for argument; do
        case $argument in
          -version) echo 'openjdk version "17.0.1"' >&2 && exit ;;
          -XX:ArchiveClassesAtExit=*) archive=${argument#*=} ;;
        esac
      done
      case "$archive $*" in
        ' '*) printf '%s\\n' "$@" ;;
        *' serve '*)
          trap 'echo data >"$archive"; exit' TERM
          echo $$ >"$here/gateway"
          [ -f "$here/mute" ] || echo 'flightgate ready on grpc://here'
          while :; do sleep 0.1; done
          ;;
        *) echo data >"$archive" ;;
      esac
      """;

  @TempDir private Path folder;
  private Path home;
  private Path bin;

  @BeforeEach
  void lay() throws IOException {
    home = Files.createDirectory(folder.resolve("a [b] *"));
    bin = Files.createDirectories(home.resolve("java/bin"));
    program(bin.resolve("java"), JAVA);
    program(home.resolve("flightgate"), Files.readString(Path.of("..", "flightgate")));
    for (String module : new String[] {"flight-server", "flight-client"}) {
      Path target = home.resolve(module).resolve("target");
      Files.createDirectories(target.resolve("lib"));
      Files.createFile(target.resolve(module + "-1.jar"));
    }
  }

  private static void program(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /** One that leaves what it prints in the file "out". */
  private Process serve() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(home.resolve("flightgate").toString(), "serve", "--port", "0")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.matches("(FLIGHTGATE|JAVA)_.*"));
    environment.put("JAVA_HOME", home.resolve("java").toString());
    environment.merge("PATH", bin.toString(), (path, first) -> first + File.pathSeparator + path);
    return builder.start();
  }

  private String served() throws Exception {
    Process launcher = serve();
    try {
      assertThat(launcher.waitFor(30, TimeUnit.SECONDS)).isTrue();
    } finally {
      launcher.destroyForcibly();
    }
    String out = Files.readString(folder.resolve("out"));
    assertThat(launcher.exitValue()).as(out).isZero();
    return out;
  }

  @Test
  void archive_inAFolderWithASpaceAndAPattern_isOneArgument() throws Exception {
    assertThat(served().lines())
        .contains("dev.flightgate.server.Main", "serve")
        .anyMatch(
            line ->
                line.startsWith("-XX:SharedArchiveFile=" + home.resolve("flight-server/target"))
                    && line.endsWith(".jsa"));
  }

  @Test
  void archive_thatCannotBeMovedIntoPlace_failsNoStart() throws Exception {
    program(bin.resolve("mv"), "#!/bin/sh\nexit 1\n");

    assertThat(served())
        .startsWith("--add-opens")
        .contains("dev.flightgate.server.Main")
        .doesNotContain("SharedArchiveFile");
    assertThat(home.resolve("flight-server/target")).isDirectoryNotContaining("glob:**/rehear*");
  }

  @Test
  void launcher_stoppedWhileItMakesTheArchive_leavesNoGateway() throws Exception {
    Files.createFile(bin.resolve("mute"));
    Path started = bin.resolve("gateway");
    Process launcher = serve();
    try {
      await().until(() -> Files.exists(started) && Files.readString(started).endsWith("\n"));
      long gateway = Long.parseLong(Files.readString(started).strip());

      launcher.destroy();

      assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(ProcessHandle.of(gateway).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(home.resolve("flight-server/target")).isDirectoryNotContaining("glob:**/rehear*");
      assertThat(folder.resolve("out")).isEmptyFile();
    } finally {
      launcher.destroyForcibly();
    }
  }
}
