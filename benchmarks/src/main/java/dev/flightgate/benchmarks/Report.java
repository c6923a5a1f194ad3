package dev.flightgate.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a run found: printed as it comes, and written as JSON at the end. One thread. */
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

  private record Figure(String benchmark, String name, String unit, Samples samples) {}

  private record Verdict(
      String benchmark, String target, Samples samples, Bound bound, double limit, boolean met) {

    String line() {
      return String.format(
          Locale.ROOT,
          "%-6s %-12s %-68s %-28s %s %s",
          met ? "met" : "MISSED",
          benchmark,
          target,
          samples,
          bound,
          Samples.number(limit));
    }
  }

  private final PrintStream out;
  private final Map<String, String> machine;
  private final List<Figure> figures = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private String benchmark = "";

  Report(PrintStream out, Map<String, String> machine) {
    this.out = out;
    this.machine = machine;
    machine.forEach((name, value) -> out.printf("%-10s %s%n", name, value));
  }

  /** Says whose figures follow. */
  void begin(String name, String question) {
    benchmark = name;
    out.printf("%n%s: %s%n", name, question);
  }

  /** Something measured, which no target judges. */
  void figure(String name, String unit, Samples samples) {
    figures.add(new Figure(benchmark, name, unit, samples));
    out.printf("  %-56s %-28s %s%n", name, samples, unit);
  }

  /** Something that has a target: the median is judged. */
  void judge(String target, Samples samples, Bound bound, double limit) {
    boolean met = bound.holds(samples.median(), limit);
    Verdict verdict = new Verdict(benchmark, target, samples, bound, limit, met);
    verdicts.add(verdict);
    out.println("  " + verdict.line());
  }

  /** Prints all verdicts once more, together. */
  void printVerdicts() {
    out.printf("%nTargets%n");
    verdicts.forEach(verdict -> out.println(verdict.line()));
  }

  /** Writes everything as one JSON object. */
  void write(Path file) throws IOException {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("machine", machine);
    root.put(
        "figures",
        figures.stream()
            .map(f -> json(f.benchmark, "name", f.name, f.samples, Map.of("unit", f.unit)))
            .toList());
    root.put(
        "targets",
        verdicts.stream()
            .map(
                v ->
                    json(
                        v.benchmark,
                        "target",
                        v.target,
                        v.samples,
                        Map.of("bound", v.bound.toString(), "limit", v.limit, "met", v.met)))
            .toList());
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), root);
  }

  private static Map<String, Object> json(
      String benchmark, String key, String name, Samples samples, Map<String, ?> more) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("benchmark", benchmark);
    object.put(key, name);
    object.putAll(more);
    object.put("median", samples.median());
    object.put("min", samples.min());
    object.put("max", samples.max());
    object.put("samples", Arrays.stream(samples.values()).boxed().toList());
    return object;
  }
}
