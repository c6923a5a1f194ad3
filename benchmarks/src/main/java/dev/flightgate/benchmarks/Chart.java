package dev.flightgate.benchmarks;

import dev.flightgate.benchmarks.Outcome.Figure;
import dev.flightgate.benchmarks.Outcome.Verdict;
import dev.flightgate.benchmarks.Report.Bound;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An outcome as SVG: a bar for each figure, the median, with a line for its range; and below them
 * the targets, each on a scale of its own on which the bounds of all stand under each other.
 *
 * <p>Figures are set side by side whose names begin alike up to a comma and whose unit is the same:
 * "lineitem, ours" and "lineitem, drained in process". It follows the reader's choice of a light or
 * a dark page.
 */
final class Chart {

  private static final int WIDTH = 860;
  private static final int BARS_LEFT = 330;
  private static final int BARS_WIDTH = 340;
  private static final int TEXT_GAP = 8;
  private static final int MARGIN = 12;
  private static final int LINE = 22;
  private static final int BAR = 12;

  /** Where bounds stand, as a share of the bars' width. */
  private static final double BOUND_AT = 0.6;

  private static final String STYLE =
      """
      text { font: 12px system-ui, sans-serif; fill: #24292f; }
      .title { font-size: 14px; font-weight: 600; }
      .panel { font-weight: 600; fill: #57606a; }
      .page { fill: #ffffff; }
      .bar { fill: #b6c2cf; } .ours { fill: #4493f8; } .missed { fill: #e16f24; }
      .range { stroke: #24292f; stroke-width: 1.5; } .bound { stroke: #cf222e; stroke-width: 2; }
      @media (prefers-color-scheme: dark) {
        text { fill: #e6edf3; } .panel { fill: #9198a1; } .page { fill: #0d1117; }
        .bar { fill: #4d5866; } .range { stroke: #e6edf3; } .bound { stroke: #ff7b72; }
      }
      """;

  private final StringBuilder body = new StringBuilder();
  private int y = MARGIN;

  private Chart() {}

  /** The whole file. */
  static String svg(Outcome outcome) {
    Chart chart = new Chart();
    chart.text("title", MARGIN, outcome.benchmark() + ": " + outcome.question());
    chart.nextLine();
    panels(outcome.figures()).forEach(chart::panel);
    if (!outcome.verdicts().isEmpty()) {
      chart.targets(outcome.verdicts());
    }
    return chart.file();
  }

  /** The figures that are compared with each other, by what they have in common. */
  private static Map<String, List<Figure>> panels(List<Figure> figures) {
    Map<String, List<Figure>> alike = new LinkedHashMap<>();
    for (Figure figure : figures) {
      alike.computeIfAbsent(title(figure), title -> new ArrayList<>()).add(figure);
    }
    Map<String, List<Figure>> panels = new LinkedHashMap<>();
    for (List<Figure> group : alike.values()) {
      for (Figure figure : group) {
        // What stands alone is better shown with others in its unit than in a panel for itself.
        String title = group.size() > 1 ? title(figure) : figure.unit();
        panels.computeIfAbsent(title, any -> new ArrayList<>()).add(figure);
      }
    }
    return panels;
  }

  private static String title(Figure figure) {
    int comma = figure.name().indexOf(", ");
    String unit = figure.unit().isEmpty() ? "" : ", " + figure.unit();
    return comma < 0 ? figure.unit() : figure.name().substring(0, comma) + unit;
  }

  private void panel(String title, List<Figure> figures) {
    text("panel", MARGIN, title.isEmpty() ? "ratios" : title);
    nextLine();
    double longest = figures.stream().mapToDouble(f -> f.samples().max()).max().orElse(0);
    double scale = longest > 0 ? BARS_WIDTH / longest : 0;
    for (Figure figure : figures) {
      String name = figure.name();
      String common = title.isEmpty() ? "" : name.substring(0, Math.max(0, name.indexOf(", ")));
      boolean shared = !common.isEmpty() && title.startsWith(common);
      String label = shared ? name.substring(common.length() + 2) : name;
      boolean ours = label.startsWith("ours") || label.startsWith("Flightgate");
      bar(ours ? "ours" : "bar", label, figure.samples(), scale, figure.samples().toString());
    }
    y += LINE / 2;
  }

  private void targets(List<Verdict> verdicts) {
    text("panel", MARGIN, "targets (the line is the bound, and each bar's scale is its own)");
    nextLine();
    for (Verdict verdict : verdicts) {
      double scale = BARS_WIDTH * BOUND_AT / verdict.limit();
      text("", MARGIN, verdict.target() + (verdict.bound() == Bound.AT_MOST ? " ≤" : " ≥"));
      nextLine();
      int top = y;
      String label = verdict.met() ? "met" : "missed";
      String value = verdict.samples() + ", " + verdict.limits();
      bar(verdict.met() ? "ours" : "missed", label, verdict.samples(), scale, value);
      double x = BARS_LEFT + BARS_WIDTH * BOUND_AT;
      line("bound", x, top, x, top + LINE - 4.0);
    }
  }

  private void bar(String kind, String label, Samples samples, double scale, String value) {
    body.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
            BARS_LEFT - TEXT_GAP,
            y + BAR,
            escaped(label)));
    double end = length(samples.median(), scale);
    int top = y + 2;
    body.append(
        String.format(
            Locale.ROOT,
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n",
            kind,
            BARS_LEFT,
            top,
            end,
            BAR));
    double from = BARS_LEFT + length(samples.min(), scale);
    double to = BARS_LEFT + length(samples.max(), scale);
    if (to > from) {
      double middle = top + BAR / 2.0;
      line("range", from, middle, to, middle);
      line("range", from, middle - 3, from, middle + 3);
      line("range", to, middle - 3, to, middle + 3);
    }
    text("", (int) Math.ceil(Math.max(to, BARS_LEFT + end)) + TEXT_GAP, value);
    nextLine();
  }

  private static double length(double value, double scale) {
    return Math.max(0, Math.min(BARS_WIDTH, value * scale));
  }

  private void line(String kind, double x1, double y1, double x2, double y2) {
    body.append(
        String.format(
            Locale.ROOT,
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            kind,
            x1,
            y1,
            x2,
            y2));
  }

  private void text(String kind, int x, String words) {
    body.append(
        String.format(
            Locale.ROOT,
            "<text%s x=\"%d\" y=\"%d\">%s</text>%n",
            kind.isEmpty() ? "" : " class=\"" + kind + "\"",
            x,
            y + BAR,
            escaped(words)));
  }

  private void nextLine() {
    y += LINE;
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private String file() {
    int height = y + MARGIN;
    return String.format(
        Locale.ROOT,
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d">
        <style>
        %3$s</style>
        <rect class="page" width="%1$d" height="%2$d" rx="6"/>
        %4$s</svg>
        """,
        WIDTH,
        height,
        STYLE,
        body);
  }
}
