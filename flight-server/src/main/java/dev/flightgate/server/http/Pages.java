package dev.flightgate.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.flightgate.server.health.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What there is to see at the HTTP door, by path. Immutable; any thread. */
final class Pages {

  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  /** The text format of Prometheus, version 0.0.4. */
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private static final JsonMapper MAPPER = new JsonMapper();

  /** What one request is answered. */
  record Answer(int status, String type, String body) {

    /** A sentence. */
    static Answer sentence(int status, String sentence) {
      return new Answer(status, TEXT, sentence + "\n");
    }
  }

  /**
   * A page.
   *
   * @param open whether it is shown to those without a certificate too, where clients need one
   * @param slow whether making it is work that no transport thread should do
   */
  record Page(boolean open, boolean slow, Supplier<Answer> answer) {}

  private final Map<String, Page> pages = new TreeMap<>();

  /**
   * @param metrics all metrics in the text format of Prometheus; any thread
   */
  Pages(Readiness readiness, String version, Supplier<String> metrics) {
    Answer alive = Answer.sentence(OK, "ok");
    Answer about = new Answer(OK, JSON, json(version(version)));
    pages.put("/healthz", new Page(true, false, () -> alive));
    pages.put("/readyz", new Page(true, false, () -> ready(readiness.now())));
    pages.put("/version", new Page(false, false, () -> about));
    pages.put("/metrics", new Page(false, true, () -> new Answer(OK, PROMETHEUS, metrics.get())));
  }

  /** The page at the path; empty if there is none. */
  Optional<Page> find(String path) {
    return Optional.ofNullable(pages.get(path));
  }

  List<String> paths() {
    return List.copyOf(pages.keySet());
  }

  private static ObjectNode version(String version) {
    return MAPPER
        .createObjectNode()
        .put("name", "flightgate")
        .put("version", version)
        .put("java", Runtime.version().toString());
  }

  private static Answer ready(Readiness.Snapshot now) {
    ObjectNode body = MAPPER.createObjectNode().put("ready", now.isReady());
    body.put("phase", word(now.phase()));
    ObjectNode databases = body.putObject("databases");
    now.databases()
        .forEach(
            (name, database) -> {
              ObjectNode one = databases.putObject(name).put("state", word(database.state()));
              Duration since = database.sinceAnswer();
              if (since != null) {
                one.put("seconds-since-answer", since.toMillis() / 1000.0);
              }
            });
    return new Answer(now.isReady() ? OK : UNAVAILABLE, JSON, json(body));
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String json(ObjectNode body) {
    try {
      return MAPPER.writeValueAsString(body) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always written", e);
    }
  }
}
