package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.Capability;
import dev.flightgate.server.backend.Metadata.TypeInfo;
import dev.flightgate.server.backend.NullOrdering;
import dev.flightgate.server.sql.SqlDialect;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What SQLite is and can do, from its manual (lang_keywords.html, lang_corefunc.html, …). */
final class EngineInfo {

  private EngineInfo() {}

  /** What this version of SQLite is. */
  static BackendInfo of(String version) {
    return new BackendInfo(
        "sqlite",
        "SQLite",
        version,
        SqlDialect.SQLITE,
        Set.of(
            Capability.TRANSACTIONAL_DDL,
            Capability.SAVEPOINTS,
            Capability.CATALOGS,
            Capability.CASE_INSENSITIVE_IDENTIFIERS),
        NullOrdering.LOW,
        words(
            "ABORT ANALYZE ATTACH AUTOINCREMENT CONFLICT DATABASE DETACH EXCLUSIVE EXPLAIN FAIL GLOB"
                + " IGNORE INDEX INDEXED INSTEAD ISNULL LIMIT NOTNULL OFFSET PLAN PRAGMA QUERY RAISE"
                + " REGEXP REINDEX RENAME REPLACE RESTRICT TEMP VACUUM VIRTUAL"),
        words(
            "abs acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log"
                + " log10 log2 max min mod pi pow power radians random round sign sin sinh sqrt tan"
                + " tanh total trunc"),
        words(
            "char concat concat_ws format glob group_concat hex instr length like lower ltrim"
                + " octet_length printf quote replace rtrim soundex string_agg substr substring trim"
                + " unhex unicode upper"),
        words(
            "current_date current_time current_timestamp date datetime julianday strftime time timediff"
                + " unixepoch"),
        words(
            "changes coalesce ifnull iif last_insert_rowid likelihood likely nullif sqlite_source_id"
                + " sqlite_version total_changes typeof unlikely"));
  }

  /** The types a column can be declared with and that mean something here. */
  static List<TypeInfo> types() {
    return List.of(
        number("BIGINT", Types.BIGINT, 19, List.of(), 0, 0),
        blob("BLOB", Types.BLOB),
        number("BOOLEAN", Types.BOOLEAN, 1, List.of(), null, null),
        text("DATE", Types.DATE, 10, List.of()),
        number("DECIMAL", Types.DECIMAL, 38, List.of("precision", "scale"), 0, 38),
        number("DOUBLE", Types.DOUBLE, 15, List.of(), null, null),
        number("INTEGER", Types.INTEGER, 19, List.of(), 0, 0),
        number("REAL", Types.REAL, 15, List.of(), null, null),
        text("TEXT", Types.VARCHAR, null, List.of()),
        text("TIME", Types.TIME, 18, List.of("precision")),
        text("TIMESTAMP", Types.TIMESTAMP, 29, List.of("precision")),
        text("TIMESTAMPTZ", Types.TIMESTAMP_WITH_TIMEZONE, 29, List.of("precision")),
        text("VARCHAR", Types.VARCHAR, null, List.of("length")));
  }

  private static TypeInfo number(
      String name,
      int jdbcType,
      int digits,
      List<String> parameters,
      @Nullable Integer minimumScale,
      @Nullable Integer maximumScale) {
    return new TypeInfo(
        name,
        jdbcType,
        digits,
        null,
        null,
        parameters,
        false,
        false,
        minimumScale,
        maximumScale,
        10);
  }

  private static TypeInfo text(
      String name, int jdbcType, @Nullable Integer size, List<String> parameters) {
    return new TypeInfo(name, jdbcType, size, "'", "'", parameters, true, false, null, null, null);
  }

  private static TypeInfo blob(String name, int jdbcType) {
    return new TypeInfo(name, jdbcType, null, "X'", "'", List.of(), false, false, null, null, null);
  }

  private static List<String> words(String text) {
    return List.of(text.split(" "));
  }

  /** Names of catalogs and tables: how they are compared, and which catalogs there are. */
  static final class Names {

    private Names() {}

    /** A name as SQLite compares it: without regard to the case of ASCII letters. */
    static String fold(String name) {
      StringBuilder folded = new StringBuilder(name);
      for (int i = 0; i < folded.length(); i++) {
        char c = folded.charAt(i);
        if (c >= 'A' && c <= 'Z') {
          folded.setCharAt(i, (char) (c + ('a' - 'A')));
        }
      }
      return folded.toString();
    }

    /**
     * The catalogs of a connection: main, those attached, and temp if it is asked for or something
     * is in it; sorted.
     */
    static List<String> catalogs(EngineConnection connection, boolean emptyTemp)
        throws SQLException {
      List<String> catalogs = new ArrayList<>();
      try (PreparedStatement statement =
          connection.prepare(
              "SELECT name FROM pragma_database_list WHERE name <> 'temp' UNION ALL SELECT 'temp'"
                  + " WHERE ?1 OR EXISTS (SELECT 1 FROM temp.sqlite_schema) ORDER BY 1")) {
        statement.setBoolean(1, emptyTemp);
        try (ResultSet result = statement.executeQuery()) {
          while (result.next()) {
            catalogs.add(result.getString(1));
          }
        }
      }
      return catalogs;
    }

    /**
     * Whether a name fits a LIKE pattern: {@code %} is anything, {@code _} one character, {@code \}
     * makes the next character mean itself; upper and lower case are the same, as in SQLite's LIKE
     * and its names. A null pattern fits every name.
     */
    static boolean fits(@Nullable String pattern, String name) {
      if (pattern == null) {
        return true;
      }
      String wanted = pattern.toLowerCase(Locale.ROOT);
      String given = name.toLowerCase(Locale.ROOT);
      int p = 0;
      int n = 0;
      int afterPercent = -1; // where to go on after the last %, and how much of the name it takes
      int taken = 0;
      while (n < given.length()) {
        int length = matches(wanted, p, given.charAt(n));
        if (length > 0) {
          p += length;
          n++;
        } else if (p < wanted.length() && wanted.charAt(p) == '%') {
          afterPercent = ++p;
          taken = n;
        } else if (afterPercent >= 0) {
          p = afterPercent;
          n = ++taken;
        } else {
          return false;
        }
      }
      return wanted.substring(p).chars().allMatch(c -> c == '%');
    }

    /** The length of the pattern's element that takes exactly this character; 0 if it does not. */
    private static int matches(String pattern, int p, char c) {
      if (p >= pattern.length() || pattern.charAt(p) == '%') {
        return 0;
      }
      if (pattern.charAt(p) == '\\' && p + 1 < pattern.length()) {
        return pattern.charAt(p + 1) == c ? 2 : 0;
      }
      return pattern.charAt(p) == '_' || pattern.charAt(p) == c ? 1 : 0;
    }
  }
}
