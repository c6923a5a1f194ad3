package dev.flightgate.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the benchmarks; started by {@code benchmarks/run}. */
@Command(name = "run", description = "Measures Flightgate against its targets and its peers.")
final class Main implements Callable<Integer> {

  private static final List<Benchmark> ALL =
      List.of(
          new Canned(),
          new Memory(),
          new SlowReader(),
          new DoGet(),
          new SelectOne(),
          new Clients(),
          new Tls(),
          new Ingest(),
          new Cancel(),
          new Start(),
          new Steady());

  @Option(names = "--quick", description = "the short form, under 3 minutes")
  boolean quick;

  @Option(names = "--jfr", description = "record a profile of each server under target/")
  boolean recording;

  @Option(
      names = "--minutes",
      defaultValue = "10",
      description = "how long the benchmark 'steady' lasts in the long form (10)")
  int minutes;

  @Option(names = "--list", description = "show the names and end")
  boolean list;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  @Parameters(paramLabel = "NAME", description = "which benchmarks to run; all if none is named")
  List<String> names = List.of();

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    if (list) {
      ALL.forEach(benchmark -> System.out.println(benchmark.name() + ": " + benchmark.question()));
      return ExitCode.OK;
    }
    List<String> known = ALL.stream().map(Benchmark::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        System.err.println("benchmarks: there is no " + name + ", only " + known);
        return ExitCode.USAGE;
      }
    }
    Path home = Path.of(System.getProperty("benchmarks.home"));
    List<String> flags = List.of(System.getProperty("benchmarks.flags").split(" ", -1));
    Report report = new Report(System.out, Machine.describe(home, quick));
    for (Benchmark benchmark : ALL) {
      if (names.isEmpty() || names.contains(benchmark.name())) {
        long begin = System.nanoTime();
        report.begin(benchmark.name(), benchmark.question());
        Path work = emptied(home.resolve("benchmarks/target/work"));
        benchmark.run(
            new Setup(
                benchmark.name(), home, work, flags, quick, recording, Duration.ofMinutes(minutes)),
            report);
        report.figure("this benchmark", "s", new Samples((System.nanoTime() - begin) / 1e9));
      }
    }
    report.printVerdicts();
    report.write(home.resolve("benchmarks/target/benchmarks.json"));
    return ExitCode.OK;
  }

  private static Path emptied(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return Files.createDirectories(folder);
  }
}
