package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Outcome.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was found, shown in the guide: the summary and a chart for each benchmark in {@code
 * performance/}, and the parts of {@code performance.md} that follow from the summary, each between
 * two comments, so that the page cannot drift from what was measured.
 */
final class Publication {

  private static final String SUMMARY = "performance/benchmarks.json";
  private static final String PAGE = "performance.md";

  private Publication() {}

  /** Writes a chart of each. */
  static void charts(Path folder, List<Outcome> outcomes) throws IOException {
    for (Outcome outcome : outcomes) {
      Files.writeString(folder.resolve(outcome.benchmark() + ".svg"), Chart.svg(outcome));
    }
  }

  /** Replaces what is published of the same benchmarks; what is published of others stays. */
  static void publish(Path guide, List<Outcome> found) throws IOException {
    Path summary = guide.resolve(SUMMARY);
    Files.createDirectories(guide.resolve("performance"));
    Map<String, Outcome> all = new LinkedHashMap<>();
    if (Files.exists(summary)) {
      Summary.read(summary).forEach(outcome -> all.put(outcome.benchmark(), outcome));
    }
    found.forEach(outcome -> all.put(outcome.benchmark(), outcome));
    Summary.write(summary, List.copyOf(all.values()));
    List<Outcome> published = Summary.read(summary);
    charts(guide.resolve("performance"), published);
    Path page = guide.resolve(PAGE);
    Files.writeString(page, page(Files.readString(page), published));
  }

  /** The page, with what is between its comments following from the outcomes. */
  static String page(String page, List<Outcome> outcomes) {
    String result = within(page, "machine", machine(outcomes));
    result = within(result, "targets", targets(outcomes));
    return within(result, "charts", images(outcomes));
  }

  private static String within(String page, String name, String text) {
    String begin = "<!-- generated: " + name + " -->\n";
    String end = "<!-- end of " + name + " -->";
    Pattern part =
        Pattern.compile(Pattern.quote(begin) + ".*?" + Pattern.quote(end), Pattern.DOTALL);
    Matcher matcher = part.matcher(page);
    if (!matcher.find()) {
      throw new IllegalArgumentException("the page has no place for " + name);
    }
    return matcher.replaceFirst(Matcher.quoteReplacement(begin + text + end));
  }

  /** What they ran on; where that differs, each value that there was. */
  private static String machine(List<Outcome> outcomes) {
    Map<String, Set<String>> values = new LinkedHashMap<>();
    for (Outcome outcome : outcomes) {
      outcome
          .machine()
          .forEach((name, value) -> values.computeIfAbsent(name, n -> new TreeSet<>()).add(value));
    }
    StringBuilder table = new StringBuilder("| | |\n|---|---|\n");
    values.forEach(
        (name, different) ->
            table.append("| " + name + " | " + String.join("; ", different) + " |\n"));
    return table.toString();
  }

  private static String targets(List<Outcome> outcomes) {
    StringBuilder table = new StringBuilder();
    table.append("| benchmark | what | median (range) | bound | |\n|---|---|---|---|---|\n");
    int count = 0;
    int met = 0;
    for (Outcome outcome : outcomes) {
      for (Verdict verdict : outcome.verdicts()) {
        table.append(row(outcome.benchmark(), verdict));
        count++;
        met += verdict.met() ? 1 : 0;
      }
    }
    return table.append("\n").append(met + " of " + count + " targets met.\n").toString();
  }

  private static String row(String benchmark, Verdict verdict) {
    return "| "
        + String.join(
            " | ",
            benchmark,
            verdict.target(),
            verdict.samples().toString(),
            verdict.limits(),
            verdict.met() ? "met" : "**missed**")
        + " |\n";
  }

  private static String images(List<Outcome> outcomes) {
    StringBuilder parts = new StringBuilder();
    for (Outcome outcome : outcomes) {
      String name = outcome.benchmark();
      String question = outcome.question();
      parts.append("### ").append(capital(question)).append("\n\n");
      parts.append("![" + question + "](performance/" + name + ".svg)\n\n");
      parts.append("`./benchmarks/run " + name + "`, in ");
      parts.append(String.format(Locale.ROOT, "%.0f s", outcome.seconds()));
      parts.append(", " + outcome.machine().getOrDefault("form", "full") + " form.\n\n");
      outcome.notes().forEach(note -> parts.append("- ").append(note).append("\n"));
      parts.append(outcome.notes().isEmpty() ? "" : "\n");
    }
    return parts.toString();
  }

  private static String capital(String question) {
    return question.substring(0, 1).toUpperCase(Locale.ROOT) + question.substring(1);
  }
}
