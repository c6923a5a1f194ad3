package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.util.List;

/**
 * Where DuckDB's intervals and Arrow's differ: 64 bits count microseconds in the one and
 * nanoseconds in the other. What does not fit is refused, as DuckDB itself would send another value
 * or drop digits. Stateless.
 */
final class Intervals {

  private static final int NANOS_PER_MICRO = 1_000;

  /** The whole hours that 64 bits of nanoseconds hold, whatever the minutes. */
  private static final long HOURS_MAX = Long.MAX_VALUE / 3_600_000_000_000L - 1;

  private Intervals() {}

  /** Whether a type is or has an interval. */
  static boolean isIn(DuckDbType type) {
    return type.base().equals("INTERVAL")
        || (!type.base().equals("UNION") && type.members().stream().anyMatch(m -> isIn(m.type())));
  }

  /**
   * A column of DuckDB's, which fails on an interval that is too long for Arrow.
   *
   * @param column in SQL
   * @param name of the column, for the message
   */
  static String checked(String column, String name, DuckDbType type) {
    String message =
        "column "
            + name
            + " holds an INTERVAL of more than "
            + HOURS_MAX
            + " hours beside its months and days; select it as CAST("
            + name
            + " AS VARCHAR)";
    return "CASE WHEN ("
        + fits(column, type, 0)
        + ") IS NOT FALSE THEN "
        + column
        + " ELSE error('"
        + message.replace("'", "''")
        + "') END";
  }

  private static String fits(String value, DuckDbType type, int depth) {
    List<DuckDbType.Member> members = type.members();
    return switch (type.base()) {
      case "INTERVAL" -> "abs(date_part('hour', " + value + ")) <= " + HOURS_MAX;
      case "LIST", "ARRAY" -> allFit(value, members.get(0).type(), depth);
      case "MAP" ->
          both(
              isIn(members.get(0).type())
                  ? allFit("map_keys(" + value + ")", members.get(0).type(), depth)
                  : "true",
              isIn(members.get(1).type())
                  ? allFit("map_values(" + value + ")", members.get(1).type(), depth)
                  : "true");
      default -> {
        String all = "true";
        for (int i = 0; i < members.size(); i++) {
          DuckDbType member = members.get(i).type();
          if (isIn(member)) {
            String one = "struct_extract_at(" + value + ", " + (i + 1) + ")";
            all = both(all, fits(one, member, depth));
          }
        }
        yield all;
      }
    };
  }

  private static String both(String one, String other) {
    return "(" + one + ") AND (" + other + ")";
  }

  private static String allFit(String list, DuckDbType element, int depth) {
    String one = "x" + depth;
    String each = fits(one, element, depth + 1);
    return "list_bool_and(list_transform(" + list + ", lambda " + one + ": " + each + "))";
  }

  /** Refuses nanoseconds that are no whole microseconds. */
  static void requireMicros(long nanos) {
    if (nanos % NANOS_PER_MICRO != 0) {
      throw new BackendException(Kind.INVALID_DATA, tooFine(nanos));
    }
  }

  static String tooFine(long nanos) {
    return "DuckDB's intervals are exact to the microsecond, the value has "
        + nanos
        + " nanoseconds: round it";
  }
}
