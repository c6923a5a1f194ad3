package dev.flightgate.server.backend.duckdb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * The names that a query has in the place of tables, as DuckDB's own parser tells them before
 * anything is looked up.
 *
 * @param tables the paths of tables and views, but for those that a WITH list defines
 * @param functions the names of functions in the place of a table, in lower case
 * @param tellsTables whether it is a SHOW of what there is
 */
record DuckDbSyntax(Set<List<String>> tables, Set<String> functions, boolean tellsTables) {

  static final String HISTOGRAM = "histogram";

  /** Stands before the name of a recursive element of a WITH list, for all its rows so far. */
  private static final String RECURRING = "recurring";

  /** Expressions nest as deep as DuckDB lets them. */
  static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(Integer.MAX_VALUE)
                      .maxStringLength(Integer.MAX_VALUE)
                      .build())
              .build());

  /** A node of the tree, and the names that WITH lists around it define, in lower case. */
  private record Place(JsonNode node, Set<String> defined) {}

  /**
   * The names in a query.
   *
   * @return null if DuckDB cannot write the query down
   * @throws BackendException INVALID_SQL if it is none
   */
  static @Nullable DuckDbSyntax of(DuckDBConnection connection, String query) throws SQLException {
    JsonNode parsed = parse(connection, query);
    if (parsed.path("error").asBoolean()) {
      if (parsed.path("error_type").asText().equals("parser")) {
        throw new BackendException(
            Kind.INVALID_SQL, "Parser Error: " + parsed.path("error_message").asText());
      }
      return null;
    }
    DuckDbSyntax found = new DuckDbSyntax(new LinkedHashSet<>(), new LinkedHashSet<>(), false);
    boolean tells = found.walk(parsed);
    return new DuckDbSyntax(found.tables, found.functions, tells);
  }

  private static JsonNode parse(DuckDBConnection connection, String sql) throws SQLException {
    try (PreparedStatement parser = connection.prepareStatement("SELECT json_serialize_sql($1)")) {
      parser.setString(1, sql);
      try (ResultSet rows = parser.executeQuery()) {
        rows.next();
        return JSON.readTree(rows.getString(1));
      }
    } catch (JsonProcessingException e) {
      throw new BackendException(Kind.INTERNAL, "DuckDB's parser answers no JSON", e);
    }
  }

  /** By a stack of its own, because expressions nest deeper than Java's. */
  private boolean walk(JsonNode root) {
    boolean tells = false;
    Deque<Place> open = new ArrayDeque<>(List.of(new Place(root, Set.of())));
    while (!open.isEmpty()) {
      Place place = open.pop();
      JsonNode node = place.node();
      switch (node.path("type").asText()) {
        case "BASE_TABLE" -> addTable(path(node), place.defined());
        case "TABLE_FUNCTION" -> functions.add(functionName(node));
        case "SHOW_REF" -> tells |= show(node, place.defined());
        default -> {}
      }
      Set<String> inside = define(node, place.defined(), open);
      for (Map.Entry<String, JsonNode> child : node.properties()) {
        if (!child.getKey().equals("cte_map")) {
          open.push(new Place(child.getValue(), inside));
        }
      }
      if (node.isArray()) {
        node.forEach(element -> open.push(new Place(element, inside)));
      }
    }
    return tells;
  }

  private static String functionName(JsonNode reference) {
    JsonNode function = reference.path("function");
    JsonNode name = function.path("function_name");
    List<String> path = names(function.path("qualified_name").path("path"));
    String found = name.isTextual() || path.isEmpty() ? name.asText() : path.get(path.size() - 1);
    return found.toLowerCase(Locale.ROOT);
  }

  private void addTable(List<String> path, Set<String> defined) {
    String last = path.isEmpty() ? "" : path.get(path.size() - 1).toLowerCase(Locale.ROOT);
    boolean plain = path.size() == 1 || (path.size() == 2 && path.get(0).equals(RECURRING));
    boolean isDefined = plain && defined.contains(last);
    if (!isDefined) {
      tables.add(path);
    }
  }

  private static List<String> path(JsonNode table) {
    return names(table.path("qualified_name").path("path"));
  }

  private static List<String> names(JsonNode array) {
    List<String> names = new ArrayList<>();
    array.forEach(name -> names.add(name.asText()));
    return names;
  }

  /** A DESCRIBE or SHOW: of a query, of a table by its name, or of what there is. */
  private boolean show(JsonNode node, Set<String> defined) {
    boolean ofQuery = node.path("query").isObject();
    if (ofQuery) {
      return false;
    }
    List<String> path = path(node);
    if (path.isEmpty() && !node.path("table_name").asText().isEmpty()) {
      path = List.of(node.path("table_name").asText());
    }
    boolean all = path.isEmpty() || path.get(path.size() - 1).startsWith("\"");
    if (!all) {
      addTable(path, defined);
    }
    return all;
  }

  /**
   * The names known inside of a node with a WITH list. Each element of the list sees those before
   * it, and itself if it is recursive.
   */
  private static Set<String> define(JsonNode node, Set<String> defined, Deque<Place> open) {
    JsonNode list = node.path("cte_map").path("map");
    if (list.isEmpty()) {
      return defined;
    }
    Set<String> known = new HashSet<>(defined);
    for (JsonNode element : list) {
      String name = element.path("key").asText().toLowerCase(Locale.ROOT);
      JsonNode query = element.path("value");
      Set<String> before = new HashSet<>(known);
      known.add(name);
      boolean recursive =
          query.path("query_node").path("type").asText().equals("RECURSIVE_CTE_NODE");
      open.push(new Place(query, recursive ? new HashSet<>(known) : before));
    }
    return known;
  }
}
