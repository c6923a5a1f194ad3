package dev.flightgate.server.backend.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Names of catalogs and tables: how they are compared, and which catalogs there are. */
final class Names {

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
   * The catalogs of a connection: main, those attached, and temp if it is asked for or something is
   * in it; sorted.
   */
  static List<String> catalogs(EngineConnection connection, boolean emptyTemp) throws SQLException {
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
