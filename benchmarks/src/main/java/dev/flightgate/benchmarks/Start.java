package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** How soon a gateway answers that a user starts with the launcher, and what it takes when idle. */
final class Start implements Benchmark {

  private static final double MEBIBYTE = 1 << 20;
  private static final Map<String, String> WITHOUT = Map.of("FLIGHTGATE_CLASS_DATA", "off");

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String question() {
    return "how soon does a gateway answer, and what does an idle one take?";
  }

  /** Seconds from the start of the process to its line, and to the first answered query. */
  private record Opening(double ready, double answered) {}

  @Override
  public void run(Setup setup, Report report) throws Exception {
    open(setup, Map.of()); // the launcher builds what is missing, and makes the archive
    List<Opening> with = new ArrayList<>();
    List<Opening> without = new ArrayList<>();
    for (int i = 0; i < setup.pick(5, 2); i++) {
      with.add(open(setup, Map.of()));
      without.add(open(setup, WITHOUT));
    }
    report.figure("without class data, ready", "s", Samples.of(without, Opening::ready));
    report.figure("without class data, answered", "s", Samples.of(without, Opening::answered));
    report.figure("first query answered", "s", Samples.of(with, Opening::answered));
    report.judge("ready after start, s", Samples.of(with, Opening::ready), Bound.AT_MOST, 1.5);
    List<Double> idle = new ArrayList<>();
    for (int i = 0; i < setup.pick(3, 1); i++) {
      try (ServerProcess gateway = ServerProcess.launched(setup, Map.of())) {
        LockSupport.parkNanos(Duration.ofSeconds(setup.pick(10, 4)).toNanos());
        idle.add(gateway.figures().residentBytes() / MEBIBYTE);
      }
    }
    report.judge(
        "idle resident memory, MiB", Samples.of(idle, Double::doubleValue), Bound.AT_MOST, 250);
  }

  private static Opening open(Setup setup, Map<String, String> environment) throws Exception {
    long begin = System.nanoTime();
    try (ServerProcess gateway = ServerProcess.launched(setup, environment)) {
      double ready = (System.nanoTime() - begin) / 1e9;
      try (Client client = new Client(gateway)) {
        client.fetch(Client.ticket(client.plan("SELECT 1")));
        return new Opening(ready, (System.nanoTime() - begin) / 1e9);
      }
    }
  }
}
