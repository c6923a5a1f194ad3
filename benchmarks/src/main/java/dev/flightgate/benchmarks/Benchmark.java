package dev.flightgate.benchmarks;

/** One question, answered with figures. */
interface Benchmark {

  /** The word that picks it on the command line. */
  String name();

  /** What it answers. */
  String question();

  /** Whether the short form runs it unnamed. */
  default boolean inShortForm() {
    return true;
  }

  /** Starts the processes it needs, measures, reports, and ends them. */
  void run(Setup setup, Report report) throws Exception;
}
