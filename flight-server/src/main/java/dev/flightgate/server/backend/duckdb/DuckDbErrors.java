package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.lang.reflect.InvocationTargetException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Translates what DuckDB throws; the only class that does. DuckDB has no SQLSTATE: the kind is in
 * the words before "Error:" and, where they are not enough, in the sentence behind them. The
 * message is the engine's own, to the letter; at the end of its memory with what sets it.
 */
final class DuckDbErrors {

  /** What is left of an error whose text the driver lost. */
  static final String LOST = "Invalid result set";

  private static final String ERROR = "error:";

  /** From the beginning of the sentence, as users' own words stand in others: error('…'). */
  private static final Pattern READ_ONLY =
      Pattern.compile(
          "cannot (execute statement of type .* attached|write to database .* launched)"
              + " in read-only mode",
          Pattern.DOTALL);

  /** In every answer once DuckDB has met an error that it cannot go on after. */
  private static final Pattern INVALIDATED =
      Pattern.compile(
          "^FATAL Error: .*database has been invalidated because of a previous fatal error",
          Pattern.DOTALL);

  private static final Pattern MISSING_COLUMN =
      Pattern.compile("column \".*\" does not exist", Pattern.DOTALL);

  private static final Pattern MISSING_DATABASE =
      Pattern.compile(
          "database \".*\" not found|failed to detach database .*: database not found",
          Pattern.DOTALL);

  /** DuckDB's guesses stand at the end of a message. */
  private static final Pattern SUGGESTIONS =
      Pattern.compile("\\s*(Did you mean|Candidate tables:).*\\z", Pattern.DOTALL);

  private static final String MEMORY_ADVICE =
      " (the database's memory; its operator sets it by duckdb.memory_limit)";

  private static final String JNI = "CDataJniException{errno=";
  private static final String JNI_MESSAGE = "message=";

  private DuckDbErrors() {}

  /** The failure of a statement, of a fetch, or of anything else of an open database. */
  static BackendException translate(Throwable failure) {
    if (failure instanceof BackendException translated) {
      return translated;
    }
    String message = message(failure);
    return new BackendException(
        kind(message), isOutOfMemory(message) ? message + MEMORY_ADVICE : message, failure);
  }

  /** The same failure without the names of others that DuckDB takes to be meant. */
  static BackendException withoutSuggestions(BackendException failure) {
    String message = String.valueOf(failure.getMessage());
    int suggestion = SUGGESTIONS.matcher(message).replaceFirst("").length();
    return suggestion == message.length()
        ? failure
        : new BackendException(failure.kind(), message.substring(0, suggestion), failure);
  }

  /** The failure to open a database, with what the user can do about it. */
  static BackendException opening(String name, String location, Throwable failure) {
    if (failure instanceof BackendException translated) {
      return translated;
    }
    String message = message(failure);
    Opening opening = openingKind(message.toLowerCase(Locale.ROOT));
    return new BackendException(
        opening.kind,
        "database '" + name + "' at " + location + ": " + opening.advice + " (" + message + ")",
        failure);
  }

  /** A cancel; whatever the engine said about it. */
  static BackendException cancelled(@Nullable Throwable cause) {
    return new BackendException(Kind.CANCELLED, "the statement was cancelled", cause);
  }

  /** Whether the driver has lost the engine's text. */
  static boolean isLost(Throwable failure) {
    return message(failure).contains(LOST);
  }

  /** The engine's words, freed of what the C data interface puts around them. */
  private static String message(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof RuntimeException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof InvocationTargetException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    int jni = text.indexOf(JNI);
    int start = jni < 0 ? -1 : text.indexOf(JNI_MESSAGE, jni);
    if (start < 0) {
      return text.strip();
    }
    int end = text.endsWith("}") ? text.length() - 1 : text.length();
    return text.substring(start + JNI_MESSAGE.length(), end).strip();
  }

  /** Whether the engine has given the database up, and will not do anything more with it. */
  static boolean isInvalidated(BackendException failure) {
    return INVALIDATED.matcher(String.valueOf(failure.getMessage())).find();
  }

  private static boolean isOutOfMemory(String message) {
    return message.startsWith("Out of Memory Error");
  }

  private static Kind kind(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    int error = text.indexOf(ERROR);
    String category = error < 0 ? "" : text.substring(0, error).strip();
    String sentence = error < 0 ? text : text.substring(error + ERROR.length()).strip();
    if (READ_ONLY.matcher(sentence).lookingAt()) {
      return Kind.PERMISSION_DENIED;
    }
    return switch (category) {
      case "parser", "syntax", "parameter not allowed", "parameter not resolved", "expression" ->
          Kind.INVALID_SQL;
      case "binder", "catalog", "dependency" -> catalogKind(text, sentence);
      case "constraint",
          "conversion",
          "out of range",
          "mismatch type",
          "type",
          "decimal",
          "divide by zero",
          "sequence" ->
          Kind.INVALID_DATA;
      case "invalid input" -> invalidInputKind(text);
      case "transactioncontext", "transaction" -> transactionKind(text);
      case "out of memory", "object size" -> Kind.EXHAUSTED;
      case "interrupt" -> Kind.CANCELLED;
      case "io", "http", "network", "autoload", "extension autoloading" -> inputOutputKind(text);
      case "not implemented", "invalid type", "missing extension" -> Kind.UNSUPPORTED;
      case "permission", "invalid configuration" -> Kind.PERMISSION_DENIED;
      // What is said of the first fatal error itself is for the log.
      case "fatal" ->
          text.contains("database has been invalidated because") ? Kind.UNAVAILABLE : Kind.INTERNAL;
      default -> Kind.INTERNAL;
    };
  }

  private static Kind catalogKind(String text, String sentence) {
    if (text.contains("write-write conflict") || text.contains("transaction conflict")) {
      return Kind.CONFLICT;
    }
    if (text.contains("already exists")) {
      return Kind.ALREADY_EXISTS;
    }
    if (MISSING_COLUMN.matcher(sentence).lookingAt()) {
      return Kind.INVALID_SQL;
    }
    return text.contains("does not exist")
            || MISSING_DATABASE.matcher(sentence).lookingAt()
            || text.contains("unrecognized configuration parameter")
            || text.contains("no catalog + schema named")
            || text.contains("no schema named")
        ? Kind.NOT_FOUND
        : Kind.INVALID_SQL;
  }

  private static Kind invalidInputKind(String text) {
    return text.contains("no statements to execute") ? Kind.INVALID_SQL : Kind.INVALID_DATA;
  }

  private static Kind transactionKind(String text) {
    return text.contains("conflict") || text.contains("failed to commit")
        ? Kind.CONFLICT
        : Kind.INVALID_SQL;
  }

  private static Kind inputOutputKind(String text) {
    if (text.contains("no space left") || text.contains("disk full")) {
      return Kind.EXHAUSTED;
    }
    if (text.contains("permission denied")) {
      return Kind.PERMISSION_DENIED;
    }
    if (text.contains("lock on file")) {
      return Kind.CONFLICT;
    }
    if (text.contains("not a valid duckdb database")
        || text.contains("not a duckdb extension")
        || text.contains("file too small to be a valid duckdb extension")
        || text.contains("is a directory")) {
      return Kind.INVALID_DATA;
    }
    return text.contains("no such file")
            || text.contains("no files found")
            || text.contains("not found")
            || text.contains("does not exist")
            || text.contains("no access to the file")
            || text.contains("failed to download")
        ? Kind.NOT_FOUND
        : Kind.UNAVAILABLE;
  }

  private static Opening openingKind(String text) {
    if (text.contains("lock on file") || text.contains("different configuration")) {
      return new Opening(
          Kind.CONFLICT,
          "another process or another database of this gateway holds it: end that one, or open"
              + " both read-only");
    }
    if (text.contains("permission denied")) {
      return new Opening(Kind.PERMISSION_DENIED, "may not be read: check its owner and mode");
    }
    if (text.contains("newer version")
        || text.contains("version number")
        || text.contains("older version")) {
      return new Opening(
          Kind.INVALID_DATA,
          "written in another version's format: use the DuckDB that wrote it, or export and import"
              + " it");
    }
    if (text.contains("no such file") || text.contains("does not exist")) {
      return new Opening(Kind.NOT_FOUND, "does not exist: check the path; its folder must exist");
    }
    if (text.contains("unrecognized configuration") || text.contains("not recognized")) {
      return new Opening(Kind.UNSUPPORTED, "has a setting that DuckDB does not know");
    }
    return new Opening(
        Kind.INVALID_DATA, "is no DuckDB database, or a damaged one: restore it from a copy");
  }

  private record Opening(Kind kind, String advice) {}
}
