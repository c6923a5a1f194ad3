package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Report.Bound;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What one benchmark found.
 *
 * @param seconds how long it took in all
 * @param machine what its figures depend on, see {@link Machine}
 * @param notes what a reader has to know of this run, such as peers that could not be had
 */
record Outcome(
    String benchmark,
    String question,
    double seconds,
    Map<String, String> machine,
    List<String> notes,
    List<Figure> figures,
    List<Verdict> verdicts) {

  Outcome {
    notes = List.copyOf(notes);
    figures = List.copyOf(figures);
    verdicts = List.copyOf(verdicts);
  }

  /** Something measured, which no target judges. */
  record Figure(String name, String unit, Samples samples) {

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%-56s %-28s %s", name, samples, unit);
    }
  }

  /** Something measured, and what it was to be. */
  record Verdict(String target, Samples samples, Bound bound, double limit) {

    /** Whether the median holds. */
    boolean met() {
      return bound.holds(samples.median(), limit);
    }

    String limits() {
      return bound + " " + Samples.number(limit);
    }
  }
}
