package dev.flightgate.server.flight;

import dev.flightgate.server.backend.StatementKind;
import dev.flightgate.server.sql.SqlDialect;
import dev.flightgate.server.sql.SqlTokens;
import dev.flightgate.server.sql.StatementShape;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What the engines' packages, which show it to nobody, make of statements. */
final class EngineVerbs {

  private static final String PACKAGE = "dev.flightgate.server.backend.";

  private EngineVerbs() {}

  private static boolean isDuckDb(String database) {
    return database.equals("main");
  }

  private static SqlDialect dialect(String database) {
    return isDuckDb(database) ? SqlDialect.POSTGRESQL : SqlDialect.SQLITE;
  }

  /** The statement's main verb. */
  static String verb(String database, String sql) {
    return StatementShape.of(sql, dialect(database)).verb();
  }

  /** The verbs that the engine has rules for. */
  static Set<String> verbs(String database) throws ReflectiveOperationException {
    Class<?> groups =
        Class.forName(PACKAGE + (isDuckDb(database) ? "duckdb.DuckDbVerbs" : "sqlite.SqliteVerbs"));
    Field field = groups.getDeclaredField("verbs");
    field.setAccessible(true);
    Set<String> verbs = new TreeSet<>();
    for (Object group : groups.getEnumConstants()) {
      for (Object verb : (Set<?>) field.get(group)) {
        verbs.add((String) verb);
      }
    }
    return verbs;
  }

  /** What the engine takes running the statement to do. */
  static StatementKind kind(String database, String sql) throws ReflectiveOperationException {
    if (isDuckDb(database)) {
      Class<?> kinds = Class.forName(PACKAGE + "duckdb.DuckDbKinds");
      Object found = opened(kinds.getDeclaredMethod("of", String.class)).invoke(null, sql);
      return (StatementKind) opened(kinds.getDeclaredMethod("kind")).invoke(found);
    }
    Method kind =
        Class.forName(PACKAGE + "sqlite.Statements")
            .getDeclaredMethod("kind", StatementShape.class, List.class);
    return (StatementKind)
        opened(kind)
            .invoke(
                null,
                StatementShape.of(sql, SqlDialect.SQLITE),
                SqlTokens.of(sql, SqlDialect.SQLITE));
  }

  private static Method opened(Method method) {
    method.setAccessible(true);
    return method;
  }
}
