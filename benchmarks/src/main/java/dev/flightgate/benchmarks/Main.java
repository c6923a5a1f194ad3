package dev.flightgate.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
          new SqliteReader(),
          new Cancel(),
          new Start(),
          new Steady(),
          new Peers());

  @Option(names = "--quick", description = "the short form, about 4 minutes")
  boolean quick;

  @Option(names = "--jfr", description = "record a profile of each server under target/")
  boolean recording;

  @Option(
      names = "--minutes",
      defaultValue = "10",
      description = "how long the benchmark 'steady' lasts in the long form (10)")
  int minutes;

  @Option(names = "--publish", description = "show what was found in docs/guide/performance.md")
  boolean publishing;

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
    List<String> failed = new ArrayList<>();
    for (Benchmark benchmark : ALL) {
      if (names.isEmpty() ? !leftOut(benchmark) : names.contains(benchmark.name())) {
        Path work = emptied(home.resolve("benchmarks/target/work"));
        Duration steady = Duration.ofMinutes(minutes);
        Setup setup = new Setup(benchmark.name(), home, work, flags, quick, recording, steady);
        if (!succeeds(benchmark, setup, report)) {
          failed.add(benchmark.name());
        }
      }
    }
    report.printVerdicts();
    Path target = home.resolve("benchmarks/target");
    Summary.write(target.resolve("benchmarks.json"), report.outcomes());
    Publication.charts(Files.createDirectories(target.resolve("charts")), report.outcomes());
    if (!failed.isEmpty()) {
      System.out.println("FAILED: " + String.join(", ", failed));
      return ExitCode.SOFTWARE;
    }
    if (publishing) {
      Publication.publish(home.resolve("docs/guide"), report.outcomes());
    }
    return ExitCode.OK;
  }

  /** Whether the short form goes without it unless it is named; said aloud. */
  private boolean leftOut(Benchmark benchmark) {
    boolean left = quick && !benchmark.inShortForm();
    if (left) {
      System.out.printf(
          "%n%s is left out of the short form, unless it is named%n", benchmark.name());
    }
    return left;
  }

  /** One that fails must not take the figures of the others with it. */
  private static boolean succeeds(Benchmark benchmark, Setup setup, Report report) {
    report.begin(benchmark.name(), benchmark.question());
    try {
      benchmark.run(setup, report);
      report.end();
      return true;
    } catch (Exception e) {
      System.out.println("  FAILED: " + e);
      e.printStackTrace();
      return false;
    }
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
