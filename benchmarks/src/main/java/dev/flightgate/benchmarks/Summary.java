package dev.flightgate.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flightgate.benchmarks.Outcome.Figure;
import dev.flightgate.benchmarks.Outcome.Verdict;
import dev.flightgate.benchmarks.Report.Bound;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Outcomes as JSON: an object whose {@code benchmarks} has one object for each. Medians, ranges and
 * verdicts are written for readers; read back are the samples that they follow from.
 */
final class Summary {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final MathContext DIGITS = new MathContext(5);

  private Summary() {}

  static void write(Path file, List<Outcome> outcomes) throws IOException {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode benchmarks = root.putArray("benchmarks");
    for (Outcome outcome : outcomes) {
      ObjectNode object = benchmarks.addObject();
      object.put("benchmark", outcome.benchmark()).put("question", outcome.question());
      object.put("seconds", rounded(outcome.seconds()));
      ObjectNode machine = object.putObject("machine");
      outcome.machine().forEach(machine::put);
      outcome.notes().forEach(object.putArray("notes")::add);
      ArrayNode figures = object.putArray("figures");
      for (Figure figure : outcome.figures()) {
        ObjectNode node = figures.addObject().put("name", figure.name()).put("unit", figure.unit());
        put(node, figure.samples());
      }
      ArrayNode targets = object.putArray("targets");
      for (Verdict verdict : outcome.verdicts()) {
        ObjectNode node = targets.addObject().put("target", verdict.target());
        node.put("bound", verdict.bound().toString()).put("limit", verdict.limit());
        put(node.put("met", verdict.met()), verdict.samples());
      }
    }
    Files.writeString(file, MAPPER.writeValueAsString(root) + "\n");
  }

  private static void put(ObjectNode object, Samples samples) {
    object.put("median", rounded(samples.median()));
    object.put("min", rounded(samples.min())).put("max", rounded(samples.max()));
    ArrayNode values = object.putArray("samples");
    for (double value : samples.values()) {
      values.add(rounded(value));
    }
  }

  /** More digits than a measurement has, and fewer than a double prints. */
  private static double rounded(double value) {
    return Double.isFinite(value) ? new BigDecimal(value).round(DIGITS).doubleValue() : value;
  }

  static List<Outcome> read(Path file) throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    for (JsonNode node : MAPPER.readTree(Files.readString(file)).get("benchmarks")) {
      Map<String, String> machine = new LinkedHashMap<>();
      node.get("machine").properties().forEach(e -> machine.put(e.getKey(), e.getValue().asText()));
      outcomes.add(
          new Outcome(
              node.get("benchmark").asText(),
              node.get("question").asText(),
              node.get("seconds").asDouble(),
              machine,
              all(node.get("notes")).stream().map(JsonNode::asText).toList(),
              all(node.get("figures")).stream().map(Summary::figure).toList(),
              all(node.get("targets")).stream().map(Summary::verdict).toList()));
    }
    return outcomes;
  }

  private static Figure figure(JsonNode node) {
    return new Figure(node.get("name").asText(), node.get("unit").asText(), samples(node));
  }

  private static Verdict verdict(JsonNode node) {
    String bound = node.get("bound").asText().replace(' ', '_').toUpperCase(Locale.ROOT);
    return new Verdict(
        node.get("target").asText(),
        samples(node),
        Bound.valueOf(bound),
        node.get("limit").asDouble());
  }

  private static Samples samples(JsonNode node) {
    return new Samples(all(node.get("samples")).stream().mapToDouble(JsonNode::asDouble).toArray());
  }

  private static List<JsonNode> all(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}
