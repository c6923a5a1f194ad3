package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Outcome.Figure;
import dev.flightgate.benchmarks.Outcome.Verdict;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run finds: printed as it comes, and kept as one outcome per benchmark. One thread. */
final class Report {

  /** Which side of a target is good. */
  enum Bound {
    AT_LEAST,
    AT_MOST;

    boolean holds(double value, double limit) {
      return switch (this) {
        case AT_LEAST -> value >= limit;
        case AT_MOST -> value <= limit;
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  private final PrintStream out;
  private final Map<String, String> machine;
  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Figure> figures = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private String benchmark = "";
  private String question = "";
  private long began;

  Report(PrintStream out, Map<String, String> machine) {
    this.out = out;
    this.machine = machine;
    machine.forEach((name, value) -> out.printf("%-10s %s%n", name, value));
  }

  /** Says whose figures follow, until {@link #end}. */
  void begin(String name, String asked) {
    benchmark = name;
    question = asked;
    began = System.nanoTime();
    notes.clear();
    figures.clear();
    verdicts.clear();
    out.printf("%n%s: %s%n", name, asked);
  }

  /** Something that a reader has to know. */
  void note(String sentence) {
    notes.add(sentence);
    out.println("  note: " + sentence);
  }

  /** Something measured, which no target judges. */
  void figure(String name, String unit, Samples samples) {
    Figure figure = new Figure(name, unit, samples);
    figures.add(figure);
    out.println("  " + figure);
  }

  /** Something that has a target: the median is judged. */
  void judge(String target, Samples samples, Bound bound, double limit) {
    Verdict verdict = new Verdict(target, samples, bound, limit);
    verdicts.add(verdict);
    out.println("  " + line(benchmark, verdict));
  }

  /** Keeps what was found since {@link #begin}. */
  void end() {
    double seconds = (System.nanoTime() - began) / 1e9;
    out.printf(Locale.ROOT, "  %s took %.0f s%n", benchmark, seconds);
    outcomes.add(new Outcome(benchmark, question, seconds, machine, notes, figures, verdicts));
  }

  /** Prints all verdicts once more, together, and how many hold. */
  void printVerdicts() {
    out.printf("%nTargets%n");
    int count = 0;
    int met = 0;
    for (Outcome outcome : outcomes) {
      for (Verdict verdict : outcome.verdicts()) {
        out.println(line(outcome.benchmark(), verdict));
        count++;
        met += verdict.met() ? 1 : 0;
      }
    }
    out.printf("%d of %d targets met%n", met, count);
  }

  /** What the benchmarks found that came to their end. */
  List<Outcome> outcomes() {
    return List.copyOf(outcomes);
  }

  private static String line(String benchmark, Verdict verdict) {
    return String.format(
        Locale.ROOT,
        "%-6s %-12s %-68s %-28s %s",
        verdict.met() ? "met" : "MISSED",
        benchmark,
        verdict.target(),
        verdict.samples(),
        verdict.limits());
  }
}
