package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.sql.SQLException;
import java.util.Locale;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The only place where exceptions of sqlite-jdbc become {@link BackendException}s.
 *
 * <p>The kind follows SQLite's extended result code (https://www.sqlite.org/rescode.html); the
 * generic code 1, which syntax, missing tables and missing columns share, is told apart by its
 * text. The message is SQLite's own, without the wrapping that sqlite-jdbc adds.
 */
final class SqliteErrors {

  private static final int PRIMARY_CODE = 0xff;

  private SqliteErrors() {}

  /** The translation of what the driver threw. */
  static BackendException translate(SQLException exception) {
    String message =
        code(exception) == SQLiteErrorCode.SQLITE_BUSY_SNAPSHOT.code
            ? "another transaction has written since this one first read; roll back and try again"
            : message(exception);
    return new BackendException(kind(exception, message), message, exception);
  }

  /** SQLite's own words: what sqlite-jdbc puts in the last pair of outer parentheses. */
  static String message(SQLException exception) {
    String text = String.valueOf(exception.getMessage());
    if (exception instanceof SQLiteException sqlite && text.startsWith("[")) {
      String wrapping = sqlite.getResultCode().toString() + " (";
      if (text.startsWith(wrapping) && text.endsWith(")")) {
        return text.substring(wrapping.length(), text.length() - 1);
      }
    }
    return text;
  }

  /** Whether the failure is another connection's lock. */
  static boolean isBusy(SQLException exception) {
    int primary = code(exception) & PRIMARY_CODE;
    return primary == SQLiteErrorCode.SQLITE_BUSY.code
        || primary == SQLiteErrorCode.SQLITE_LOCKED.code;
  }

  private static int code(SQLException exception) {
    return exception instanceof SQLiteException sqlite
        ? sqlite.getResultCode().code
        : exception.getErrorCode();
  }

  private static Kind kind(SQLException exception, String message) {
    if (!(exception instanceof SQLiteException)) {
      return exception.getErrorCode() == 0 ? Kind.INTERNAL : byPrimaryCode(exception, message);
    }
    if (code(exception) == SQLiteErrorCode.SQLITE_IOERR_NOMEM.code) {
      return Kind.EXHAUSTED;
    }
    return byPrimaryCode(exception, message);
  }

  private static Kind byPrimaryCode(SQLException exception, String message) {
    int primary = code(exception) & PRIMARY_CODE;
    return switch (SQLiteErrorCode.getErrorCode(primary)) {
      case SQLITE_ERROR -> byText(message);
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL, SQLITE_SCHEMA -> Kind.CONFLICT;
      case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_RANGE, SQLITE_CORRUPT, SQLITE_NOTADB ->
          Kind.INVALID_DATA;
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH -> Kind.PERMISSION_DENIED;
      case SQLITE_INTERRUPT -> Kind.CANCELLED;
      case SQLITE_FULL, SQLITE_NOMEM, SQLITE_TOOBIG -> Kind.EXHAUSTED;
      case SQLITE_CANTOPEN -> Kind.NOT_FOUND;
      case SQLITE_IOERR -> Kind.UNAVAILABLE;
      case SQLITE_NOLFS -> Kind.UNSUPPORTED;
      default -> Kind.INTERNAL;
    };
  }

  private static Kind byText(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    if (text.startsWith("no such column") || text.contains("has no column named")) {
      return Kind.INVALID_SQL;
    }
    if (text.startsWith("no such ") || text.startsWith("unknown database")) {
      return Kind.NOT_FOUND;
    }
    if (text.endsWith("already exists")
        || text.startsWith("duplicate column name")
        || text.startsWith("there is already ")
        || text.endsWith("is already in use")) {
      return Kind.ALREADY_EXISTS;
    }
    if (text.contains("overflow")
        || text.startsWith("malformed json")
        || text.startsWith("bad json")) {
      return Kind.INVALID_DATA;
    }
    if (text.startsWith("not authorized")) {
      return Kind.PERMISSION_DENIED;
    }
    if (text.endsWith(" is locked")) {
      return Kind.CONFLICT;
    }
    return Kind.INVALID_SQL;
  }
}
