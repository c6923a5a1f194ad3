package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.Right;
import dev.flightgate.server.backend.Touch;
import dev.flightgate.server.backend.Touch.Beyond;
import dev.flightgate.server.backend.Touch.Reach;
import dev.flightgate.server.backend.Touch.Table;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Finds what names in a statement mean on its connection. Where a name may mean one or the other,
 * it means both. Made for one statement.
 */
final class DuckDbNames {

  private static final String TABLES =
      "SELECT database_name, schema_name, table_name, internal FROM duckdb_tables()"
          + " WHERE lower(table_name) = lower($1)"
          + " UNION ALL SELECT database_name, schema_name, view_name, internal FROM duckdb_views()"
          + " WHERE lower(view_name) = lower($1)";

  private static final String CATALOG =
      "SELECT 1 FROM duckdb_databases() WHERE lower(database_name) = lower($1)";

  private static final String HERE =
      "SELECT current_database(), current_schema(), current_setting('search_path')";

  private static final String MACRO =
      "SELECT 1 FROM duckdb_functions() WHERE lower(function_name) = lower($1)"
          + " AND function_type = 'table_macro' AND NOT internal";

  /** What lies in every catalog and tells of all its tables. */
  private static final Set<String> SYSTEM_SCHEMAS = Set.of("information_schema", "pg_catalog");

  private static final String TEMPORARY = "temp";
  private static final String DEFAULT_SCHEMA = "main";

  private record Found(String catalog, String schema, String table, boolean internal) {}

  private final DuckDBConnection connection;
  private final String catalog;
  private final String schema;
  private final boolean searches;

  DuckDbNames(DuckDBConnection connection) throws SQLException {
    this.connection = connection;
    try (PreparedStatement statement = connection.prepareStatement(HERE);
        ResultSet row = statement.executeQuery()) {
      row.next();
      this.catalog = row.getString(1);
      this.schema = row.getString(2);
      this.searches = String.valueOf(row.getString(3)).contains(",");
    }
  }

  /** The whole path of a table; null means here. */
  List<String> path(@Nullable String inCatalog, @Nullable String inSchema, String table) {
    String of = inCatalog == null ? catalog : inCatalog;
    String in = inSchema == null ? (inCatalog == null ? schema : DEFAULT_SCHEMA) : inSchema;
    return List.of(of, in, table);
  }

  /** Whether there is a table or view that the path may mean. */
  boolean exists(List<String> path) throws SQLException {
    return !find(path).isEmpty();
  }

  /** What is touched where the path stands in a statement that names it. */
  Set<Touch> touched(Right right, List<String> path) throws SQLException {
    if (isTemporary(path)) {
      return Set.of();
    }
    Set<Touch> touched = new LinkedHashSet<>();
    for (Found found : find(path)) {
      if (found.internal() || SYSTEM_SCHEMAS.contains(found.schema())) {
        touched.add(new Beyond(Reach.TELLS_DEFINITIONS, found.table() + " tells of all tables"));
      } else if (!found.catalog().equals(TEMPORARY)) {
        touched.add(new Table(right, found.catalog(), found.schema(), found.table(), true));
      } else {
        return Set.of(); // the session's own hides the others
      }
    }
    return touched.isEmpty() ? made(right, path) : touched;
  }

  /** What is touched where the schema of that name, in the catalog or here, is defined. */
  Touch wholeSchema(@Nullable String inCatalog, String defined) {
    return new Table(Right.DEFINE, inCatalog == null ? catalog : inCatalog, defined, "", true);
  }

  /** The schema in which something of that name is defined that is no table. */
  Set<Touch> schemaOf(List<String> path) throws SQLException {
    List<String> whole = new ArrayList<>(path.subList(0, path.size() - 1));
    whole.add("");
    return made(Right.DEFINE, whole);
  }

  /** What is touched where a table of that name is made, or would be if there were one. */
  Set<Touch> made(Right right, List<String> path) throws SQLException {
    if (isTemporary(path)) {
      return Set.of();
    }
    String table = path.get(path.size() - 1);
    return switch (path.size()) {
      case 1 -> Set.of(new Table(right, catalog, schema, table, true));
      case 2 ->
          isCatalog(path.get(0))
              ? inOrder(
                  new Table(right, catalog, path.get(0), table, true),
                  new Table(right, path.get(0), DEFAULT_SCHEMA, table, true))
              : Set.of(new Table(right, catalog, path.get(0), table, true));
      default -> Set.of(new Table(right, path.get(0), path.get(1), table, true));
    };
  }

  private static Set<Touch> inOrder(Touch one, Touch other) {
    Set<Touch> touched = new LinkedHashSet<>();
    touched.add(one);
    touched.add(other);
    return touched;
  }

  private static boolean isTemporary(List<String> path) {
    return path.size() > 1 && path.get(0).equalsIgnoreCase(TEMPORARY);
  }

  private boolean isCatalog(String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(CATALOG)) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private List<Found> find(List<String> path) throws SQLException {
    List<Found> here = new ArrayList<>();
    List<Found> elsewhere = new ArrayList<>();
    String table = path.get(path.size() - 1);
    try (PreparedStatement statement = connection.prepareStatement(TABLES)) {
      statement.setString(1, table);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Found found =
              new Found(
                  rows.getString(1), rows.getString(2), rows.getString(3), rows.getBoolean(4));
          (isMeant(found, path) ? here : elsewhere).add(found);
        }
      }
    }
    here.sort((one, other) -> Boolean.compare(isTemporary(other), isTemporary(one)));
    boolean onPath = here.isEmpty() && path.size() == 1 && searches;
    return onPath ? elsewhere : here;
  }

  private static boolean isTemporary(Found found) {
    return found.catalog().equals(TEMPORARY);
  }

  private boolean isMeant(Found found, List<String> path) {
    return switch (path.size()) {
      case 1 ->
          isTemporary(found)
              || found.internal()
              || (found.catalog().equalsIgnoreCase(catalog)
                  && found.schema().equalsIgnoreCase(schema));
      case 2 -> {
        boolean schemaHere =
            path.get(0).equalsIgnoreCase(found.schema())
                && (found.catalog().equalsIgnoreCase(catalog)
                    || isTemporary(found)
                    || found.internal());
        boolean inCatalog =
            path.get(0).equalsIgnoreCase(found.catalog())
                && found.schema().equalsIgnoreCase(DEFAULT_SCHEMA);
        yield schemaHere || inCatalog;
      }
      default ->
          path.get(1).equalsIgnoreCase(found.schema())
              && (path.get(0).equalsIgnoreCase(found.catalog()) || found.internal());
    };
  }

  /** Whether a function in the place of a table is a macro that somebody has made. */
  boolean isMacro(String function) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(MACRO)) {
      statement.setString(1, function);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }
}
