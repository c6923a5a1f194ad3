package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.Capability;
import dev.flightgate.server.backend.Metadata.TypeInfo;
import dev.flightgate.server.sql.SqlDialect;
import java.sql.Types;
import java.util.List;
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
}
