package dev.flightgate.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.benchmarks.Outcome.Figure;
import dev.flightgate.benchmarks.Outcome.Verdict;
import dev.flightgate.benchmarks.Report.Bound;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTest {

  @Test
  void svg_hasABarForEachFigure_asLongAsItsMedian() throws Exception {
    List<Element> bars =
        elements(
            svg(
                List.of(
                    new Figure("rows, ours", "1/s", new Samples(4, 4, 8)),
                    new Figure("rows, theirs", "1/s", new Samples(2))),
                List.of()),
            "rect",
            "ours",
            "bar");

    assertThat(bars).extracting(bar -> bar.getAttribute("class")).containsExactly("ours", "bar");
    assertThat(width(bars.get(0))).isEqualTo(2 * width(bars.get(1)));
  }

  @Test
  void svg_marksTheRange_whereThereIsOne() throws Exception {
    Element svg =
        svg(
            List.of(
                new Figure("a", "s", new Samples(1, 2, 4)), new Figure("b", "s", new Samples(2))),
            List.of());

    List<Element> lines = elements(svg, "line", "range");
    assertThat(lines).hasSize(3);
    double from = Double.parseDouble(lines.get(0).getAttribute("x1"));
    double to = Double.parseDouble(lines.get(0).getAttribute("x2"));
    assertThat(to - from).isEqualTo(width(elements(svg, "rect", "bar").get(0)) * 1.5);
  }

  @Test
  void svg_showsTargetsAgainstTheirBounds() throws Exception {
    Element svg =
        svg(
            List.of(),
            List.of(
                new Verdict("fast", new Samples(3), Bound.AT_LEAST, 2),
                new Verdict("small", new Samples(3), Bound.AT_MOST, 2)));

    assertThat(elements(svg, "rect", "ours")).hasSize(1);
    assertThat(elements(svg, "rect", "missed")).hasSize(1);
    assertThat(elements(svg, "line", "bound"))
        .extracting(line -> line.getAttribute("x1"))
        .hasSize(2)
        .containsOnly("534.0");
  }

  @Test
  void svg_ofWordsThatXmlKeepsForItself_isXml() throws Exception {
    Element svg = svg(List.of(new Figure("p50 < p99 & \"more\"", "s", new Samples(0))), List.of());

    assertThat(svg.getTextContent()).contains("p50 < p99 & \"more\"");
  }

  private static Element svg(List<Figure> figures, List<Verdict> verdicts) throws Exception {
    Outcome outcome = new Outcome("name", "how?", 1, Map.of(), List.of(), figures, verdicts);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(Chart.svg(outcome))))
        .getDocumentElement();
  }

  private static List<Element> elements(Element svg, String tag, String... kinds) {
    NodeList all = svg.getElementsByTagName(tag);
    return IntStream.range(0, all.getLength())
        .mapToObj(i -> (Element) all.item(i))
        .filter(element -> List.of(kinds).contains(element.getAttribute("class")))
        .toList();
  }

  private static double width(Element bar) {
    return Double.parseDouble(bar.getAttribute("width"));
  }
}
