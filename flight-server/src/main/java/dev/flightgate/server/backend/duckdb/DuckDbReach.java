package dev.flightgate.server.backend.duckdb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens;
import dev.flightgate.server.sql.SqlTokens.Token;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.duckdb.DuckDBConnection;

/**
 * What a statement reaches beside the database: files of the server, by a function or by a file's
 * name in place of a table's, and SQL that only stands in a text. A user who may only read reaches
 * neither. What a view or a macro reaches is its maker's to give. Used by the session's thread.
 */
final class DuckDbReach {

  /** Functions that run a text, or look up a table by one, which may be a file's name. */
  private static final Set<String> RUNNING_TEXT =
      Set.of(
          "query",
          "query_table",
          "json_execute_serialized_sql",
          "json_serialize_plan",
          "histogram_values");

  private static final Pattern READING_FILES =
      Pattern.compile(
          "glob|(read|parquet|sniff|http)_.*|st_read.*|.*_(scan|query)|arrow_scan_dumb");

  /** A macro over query_table as a table, an aggregate elsewhere. */
  private static final String HISTOGRAM = "histogram";

  private static final Pattern FILE_NAME = Pattern.compile(".*[./\\\\:*].*", Pattern.DOTALL);

  /** What a file's name may end with, where it is written as the words {@code name.csv}. */
  private static final Set<String> ENDINGS =
      Set.of(
          "csv", "tsv", "txt", "parquet", "json", "jsonl", "ndjson", "gz", "zst", "db", "duckdb",
          "xlsx", "avro", "arrow", "arrows", "feather", "shp", "geojson", "gpkg");

  private static final String TABLES =
      "SELECT 1 FROM duckdb_tables() WHERE lower(table_name) = lower($1)"
          + " UNION ALL SELECT 1 FROM duckdb_views() WHERE lower(view_name) = lower($1)";

  /** Expressions nest as deep as DuckDB lets them. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(Integer.MAX_VALUE)
                      .maxStringLength(Integer.MAX_VALUE)
                      .build())
              .build());

  private final DuckDBConnection connection;

  private DuckDbReach(DuckDBConnection connection) {
    this.connection = connection;
  }

  /**
   * The statement of a user who may only read, checked before DuckDB looks at any file it names.
   *
   * @throws BackendException PERMISSION_DENIED if it reaches beyond the database
   */
  static String checked(DuckDBConnection connection, String sql) throws SQLException {
    List<Token> tokens = SqlTokens.of(sql, SqlDialect.POSTGRESQL);
    boolean doubtful = false;
    for (int i = 0; i < tokens.size(); i++) {
      Token token = tokens.get(i);
      if (i + 1 < tokens.size() && tokens.get(i + 1).text().equals("(")) {
        requireHarmless(name(token));
        doubtful |= name(token).equals(HISTOGRAM);
      }
      doubtful |= mayNameFile(tokens, i);
    }
    if (doubtful) {
      new DuckDbReach(connection).requireTables(sql, tokens);
    }
    return sql;
  }

  private static void requireHarmless(String function) {
    if (RUNNING_TEXT.contains(function)) {
      throw refused("the function " + function + " runs what a text says");
    }
    if (READING_FILES.matcher(function).matches()) {
      throw refused("the function " + function + " reaches files of the server");
    }
  }

  private static boolean mayNameFile(List<Token> tokens, int at) {
    Token token = tokens.get(at);
    return switch (token.kind()) {
      case STRING, QUOTED_NAME -> FILE_NAME.matcher(token.text()).matches() || isEnding(tokens, at);
      case WORD -> isEnding(tokens, at);
      case NUMBER, PARAMETER, SYMBOL -> false;
    };
  }

  private static boolean isEnding(List<Token> tokens, int at) {
    return at > 0
        && tokens.get(at - 1).text().equals(".")
        && ENDINGS.contains(name(tokens.get(at)));
  }

  private static String name(Token token) {
    String text = token.text();
    boolean quoted = text.length() > 1 && text.startsWith("\"");
    return (quoted ? text.substring(1, text.length() - 1).replace("\"\"", "\"") : text)
        .toLowerCase(Locale.ROOT);
  }

  /** Asks DuckDB's own parser what stands in the place of a table. */
  private void requireTables(String sql, List<Token> tokens) throws SQLException {
    JsonNode parsed = parsed(sql.substring(explained(tokens)));
    if (parsed.path("error").asBoolean()) {
      if (parsed.path("error_type").asText().equals("parser")) {
        throw new BackendException(
            Kind.INVALID_SQL, "Parser Error: " + parsed.path("error_message").asText());
      }
      throw refused("what this kind of statement reads cannot be told; use a SELECT");
    }
    List<JsonNode> open = new ArrayList<>(List.of(parsed));
    while (!open.isEmpty()) {
      JsonNode node = open.remove(open.size() - 1);
      node.forEach(open::add);
      String type = node.path("type").asText();
      if (type.equals("BASE_TABLE")) {
        requireTable(node.path("qualified_name").path("path"));
      } else if (type.equals("TABLE_FUNCTION")) {
        JsonNode function = node.path("function").path("function_name");
        if (function.asText().equalsIgnoreCase(HISTOGRAM)) {
          throw refused("the function " + HISTOGRAM + " looks a table up by a text");
        }
      }
    }
  }

  /** Where the statement begins that an EXPLAIN is about; DuckDB's parser tells SELECTs only. */
  private static int explained(List<Token> tokens) {
    int i = 0;
    if (tokens.get(0).is("EXPLAIN")) {
      i++;
      boolean options = tokens.size() > 2 && tokens.get(1).text().equals("(");
      if (options && (tokens.get(2).is("FORMAT") || tokens.get(2).is("ANALYZE"))) {
        do {
          i++;
        } while (i < tokens.size() && tokens.get(i).depth() > 0);
        i++;
      }
      while (i < tokens.size() - 1
          && (tokens.get(i).is("ANALYZE") || tokens.get(i).is("ANALYSE"))) {
        i++;
      }
    }
    return tokens.get(Math.min(i, tokens.size() - 1)).start();
  }

  private JsonNode parsed(String sql) throws SQLException {
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

  /** A file stands in for a table that does not exist. */
  private void requireTable(JsonNode path) throws SQLException {
    List<String> names = new ArrayList<>();
    path.forEach(name -> names.add(name.asText()));
    String last = names.isEmpty() ? "" : names.get(names.size() - 1);
    boolean file =
        FILE_NAME.matcher(last).matches()
            || (names.size() > 1 && ENDINGS.contains(last.toLowerCase(Locale.ROOT)));
    if (!file) {
      return;
    }
    try (PreparedStatement tables = connection.prepareStatement(TABLES)) {
      tables.setString(1, last);
      try (ResultSet rows = tables.executeQuery()) {
        if (!rows.next()) {
          throw refused("there is no table " + String.join(".", names) + ", but a file it may be");
        }
      }
    }
  }

  private static BackendException refused(String why) {
    return new BackendException(
        Kind.PERMISSION_DENIED, "this user may only read from the database: " + why);
  }
}
