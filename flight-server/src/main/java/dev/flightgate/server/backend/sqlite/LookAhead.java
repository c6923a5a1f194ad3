package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;

/**
 * Types columns by their first values: runs a reading statement for {@link
 * SqliteTypes#LOOK_AHEAD_ROWS} rows at most, and only until every column has one. Stateless.
 */
final class LookAhead {

  private static final int STEP_ROW = 100;

  private LookAhead() {}

  /**
   * The types with the unknown ones filled in as far as values tell.
   *
   * @param statement reads only, with its parameters bound; reset when this returns
   * @param types null where unknown
   */
  static List<@Nullable ColumnType> fill(
      PreparedStatement statement, List<@Nullable ColumnType> types) throws SQLException {
    List<@Nullable ColumnType> filled = new ArrayList<>(types);
    if (!filled.contains(null)) {
      return filled;
    }
    try (ResultSet result = statement.executeQuery()) {
      if (result.next()) {
        ResultColumns.pointer(statement)
            .safeRunConsume((engine, pointer) -> fill(engine, pointer, filled));
      }
    }
    return filled;
  }

  private static void fill(DB engine, long pointer, List<@Nullable ColumnType> types)
      throws SQLException {
    int rows = 1;
    fillFromRow(engine, pointer, types);
    while (types.contains(null) && rows < SqliteTypes.LOOK_AHEAD_ROWS) {
      int code = engine.step(pointer);
      if (code != STEP_ROW) {
        return; // an error as well: whoever runs the statement in earnest meets it again
      }
      fillFromRow(engine, pointer, types);
      rows++;
    }
  }

  private static void fillFromRow(DB engine, long pointer, List<@Nullable ColumnType> types)
      throws SQLException {
    for (int i = 0; i < types.size(); i++) {
      if (types.get(i) == null) {
        types.set(i, SqliteTypes.ofStorageClass(engine.column_type(pointer, i)));
      }
    }
  }
}
