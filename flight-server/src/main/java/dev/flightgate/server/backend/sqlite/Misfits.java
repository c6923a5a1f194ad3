package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.sqlite.SqliteTypes.ColumnType;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;

/**
 * What becomes of the misfits of one column of one stream.
 *
 * @param policy whether they fail the stream or are sent as NULL
 * @param column the column's name in the result
 * @param table the table it comes from, or null
 * @param type what its values should be
 */
record Misfits(
    SqliteSettings.Misfit policy, String column, @Nullable String table, ColumnType type) {

  private static final int SHOWN_MAX = 40;

  /**
   * Passes over a misfit, or fails.
   *
   * @param row the row in the result, counted from 1
   * @throws BackendException INVALID_DATA naming table, column, row and value
   */
  void meet(DB engine, long statement, int index, long row) throws SQLException {
    if (policy == SqliteSettings.Misfit.NULL) {
      return;
    }
    throw new BackendException(
        Kind.INVALID_DATA,
        (table == null ? "" : "table \"" + table + "\", ")
            + "column \""
            + column
            + "\", row "
            + row
            + ": the value "
            + value(engine, statement, index)
            + " does not fit the type "
            + type.name()
            + "; correct it, cast the column, or set "
            + SqliteSettings.MISFIT
            + " to null or text");
  }

  private static String value(DB engine, long statement, int index) throws SQLException {
    return switch (engine.column_type(statement, index)) {
      case SqliteTypes.INTEGER -> "" + engine.column_long(statement, index);
      case SqliteTypes.REAL -> "" + engine.column_double(statement, index);
      case SqliteTypes.TEXT -> {
        String text = engine.column_text(statement, index);
        yield "'" + shortened(text.replace("'", "''")) + "'";
      }
      case SqliteTypes.BLOB -> shortened(hex(engine.column_blob(statement, index)));
      default -> "NULL";
    };
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
  }

  /** A blob as SQL. */
  static String hex(byte[] blob) {
    return "X'" + HexFormat.of().withUpperCase().formatHex(blob) + "'";
  }

  /** A blob as SQL, in UTF-8. */
  static byte[] hexBytes(byte[] blob) {
    return hex(blob).getBytes(StandardCharsets.US_ASCII);
  }
}
