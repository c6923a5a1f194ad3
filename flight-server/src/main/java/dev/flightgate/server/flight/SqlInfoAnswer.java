package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.Capability;
import dev.flightgate.server.backend.NullOrdering;
import dev.flightgate.server.config.GatewayConfig.SessionConfig;
import dev.flightgate.server.flight.SqlInfoValue.Bits;
import dev.flightgate.server.flight.SqlInfoValue.Conversions;
import dev.flightgate.server.flight.SqlInfoValue.Flag;
import dev.flightgate.server.flight.SqlInfoValue.Text;
import dev.flightgate.server.flight.SqlInfoValue.Texts;
import dev.flightgate.server.flight.SqlInfoValue.Whole;
import dev.flightgate.server.session.Database;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlNullOrdering;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlOuterJoinsSupportLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedCaseSensitivity;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedElementActions;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedGroupBy;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedSubqueries;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedTransaction;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedUnions;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlTransactionIsolationLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedAnsi92SqlGrammarLevel;
import org.apache.arrow.flight.sql.impl.FlightSql.SupportedSqlGrammar;
import org.apache.arrow.vector.util.VectorSchemaRootAppender;
import org.jspecify.annotations.Nullable;

/**
 * The answer of GetSqlInfo: every code of the enum {@code SqlInfo}, and none besides, because
 * clients fail on what is missing as on what they do not know. 0 stands for "no limit, or not
 * known".
 */
final class SqlInfoAnswer {

  private static final String ARROW_VERSION =
      String.valueOf(VectorSchemaRootAppender.class.getPackage().getImplementationVersion());

  private final Map<SqlInfo, SqlInfoValue> values = new EnumMap<>(SqlInfo.class);

  private SqlInfoAnswer() {}

  /**
   * The rows for these codes, in their order; all codes if there are none. Unknown ones are left
   * out.
   */
  static List<@Nullable Object[]> rows(
      Database database, Principal principal, SessionConfig sessions, List<Integer> codes) {
    Map<SqlInfo, SqlInfoValue> values = of(database, principal, sessions);
    List<@Nullable Object[]> rows = new ArrayList<>();
    if (codes.isEmpty()) {
      values.forEach((code, value) -> rows.add(new @Nullable Object[] {code.getNumber(), value}));
    }
    for (int code : codes.stream().distinct().toList()) {
      SqlInfo known = SqlInfo.forNumber(code);
      SqlInfoValue value = known == null ? null : values.get(known);
      if (value != null) {
        rows.add(new @Nullable Object[] {code, value});
      }
    }
    return rows;
  }

  /** Every value, for this principal. */
  static Map<SqlInfo, SqlInfoValue> of(
      Database database, Principal principal, SessionConfig sessions) {
    BackendInfo info = database.backend().info();
    SqlInfoAnswer answer = new SqlInfoAnswer();
    answer.server(info, principal.grants().readOnly(database.name()) || database.readOnly());
    // A prepared statement lives as long as its session.
    answer.timeouts(sessions.idleTimeout(), sessions.transactionIdleTimeout());
    answer.names(info);
    answer.functions(info);
    answer.syntax(info);
    answer.limits();
    answer.transactions(info);
    answer.statements();
    return answer.values;
  }

  private void server(BackendInfo info, boolean readOnly) {
    text(SqlInfo.FLIGHT_SQL_SERVER_NAME, "Flightgate");
    // Dialect detectors look for the engine's word and version at the beginning.
    text(SqlInfo.FLIGHT_SQL_SERVER_VERSION, info.type() + " v" + info.productVersion());
    text(SqlInfo.FLIGHT_SQL_SERVER_ARROW_VERSION, ARROW_VERSION);
    flag(SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY, readOnly);
    flag(SqlInfo.FLIGHT_SQL_SERVER_SQL, true);
    flag(SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT, false);
    text(SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MIN_VERSION, "");
    text(SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MAX_VERSION, "");
    bits(
        SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION,
        info.can(Capability.SAVEPOINTS)
            ? SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_SAVEPOINT_VALUE
            : SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_TRANSACTION_VALUE);
    flag(SqlInfo.FLIGHT_SQL_SERVER_CANCEL, true);
    flag(SqlInfo.FLIGHT_SQL_SERVER_BULK_INGESTION, true);
    flag(SqlInfo.FLIGHT_SQL_SERVER_INGEST_TRANSACTIONS_SUPPORTED, true);
  }

  /** How long handles are good without being used, in milliseconds (FlightSql.proto, SqlInfo). */
  private void timeouts(Duration statement, Duration transaction) {
    bits(SqlInfo.FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT, milliseconds(statement));
    bits(SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION_TIMEOUT, milliseconds(transaction));
  }

  /** At least 1, as 0 would mean that there is no limit. */
  private static int milliseconds(Duration span) {
    return span.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0
        ? Integer.MAX_VALUE
        : Math.max(1, (int) span.toMillis());
  }

  private void names(BackendInfo info) {
    flag(SqlInfo.SQL_DDL_CATALOG, false);
    flag(SqlInfo.SQL_DDL_SCHEMA, info.can(Capability.SCHEMAS));
    flag(SqlInfo.SQL_DDL_TABLE, true);
    int caseOf = SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE_VALUE;
    bits(SqlInfo.SQL_IDENTIFIER_CASE, caseOf);
    text(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR, "\"");
    bits(SqlInfo.SQL_QUOTED_IDENTIFIER_CASE, caseOf);
    text(SqlInfo.SQL_SEARCH_STRING_ESCAPE, "\\");
    text(SqlInfo.SQL_EXTRA_NAME_CHARACTERS, "");
    text(SqlInfo.SQL_SCHEMA_TERM, "schema");
    text(SqlInfo.SQL_PROCEDURE_TERM, "procedure");
    text(SqlInfo.SQL_CATALOG_TERM, "database");
    flag(SqlInfo.SQL_CATALOG_AT_START, true);
    int everywhere = all(SqlSupportedElementActions.values().length - 1);
    bits(SqlInfo.SQL_SCHEMAS_SUPPORTED_ACTIONS, info.can(Capability.SCHEMAS) ? everywhere : 0);
    bits(SqlInfo.SQL_CATALOGS_SUPPORTED_ACTIONS, info.can(Capability.CATALOGS) ? everywhere : 0);
  }

  private void functions(BackendInfo info) {
    texts(SqlInfo.SQL_KEYWORDS, info.keywords());
    texts(SqlInfo.SQL_NUMERIC_FUNCTIONS, info.numericFunctions());
    texts(SqlInfo.SQL_STRING_FUNCTIONS, info.stringFunctions());
    texts(SqlInfo.SQL_SYSTEM_FUNCTIONS, info.systemFunctions());
    texts(SqlInfo.SQL_DATETIME_FUNCTIONS, info.dateTimeFunctions());
    values.put(SqlInfo.SQL_SUPPORTS_CONVERT, new Conversions(Map.of()));
  }

  private void syntax(BackendInfo info) {
    flag(SqlInfo.SQL_ALL_TABLES_ARE_SELECTABLE, true);
    bits(SqlInfo.SQL_NULL_ORDERING, nulls(info.nullOrdering()).getNumber());
    flag(SqlInfo.SQL_SUPPORTS_COLUMN_ALIASING, true);
    flag(SqlInfo.SQL_NULL_PLUS_NULL_IS_NULL, true);
    flag(SqlInfo.SQL_SUPPORTS_TABLE_CORRELATION_NAMES, true);
    flag(SqlInfo.SQL_SUPPORTS_DIFFERENT_TABLE_CORRELATION_NAMES, false);
    flag(SqlInfo.SQL_SUPPORTS_EXPRESSIONS_IN_ORDER_BY, true);
    flag(SqlInfo.SQL_SUPPORTS_ORDER_BY_UNRELATED, true);
    bits(SqlInfo.SQL_SUPPORTED_GROUP_BY, all(SqlSupportedGroupBy.values().length - 1));
    flag(SqlInfo.SQL_SUPPORTS_LIKE_ESCAPE_CLAUSE, true);
    flag(SqlInfo.SQL_SUPPORTS_NON_NULLABLE_COLUMNS, true);
    bits(SqlInfo.SQL_SUPPORTED_GRAMMAR, all(SupportedSqlGrammar.values().length - 1));
    bits(
        SqlInfo.SQL_ANSI92_SUPPORTED_LEVEL,
        1 << SupportedAnsi92SqlGrammarLevel.ANSI92_ENTRY_SQL_VALUE);
    flag(SqlInfo.SQL_SUPPORTS_INTEGRITY_ENHANCEMENT_FACILITY, true);
    bits(
        SqlInfo.SQL_OUTER_JOINS_SUPPORT_LEVEL,
        1 << SqlOuterJoinsSupportLevel.SQL_LIMITED_OUTER_JOINS_VALUE
            | 1 << SqlOuterJoinsSupportLevel.SQL_FULL_OUTER_JOINS_VALUE);
    bits(SqlInfo.SQL_SUPPORTED_POSITIONED_COMMANDS, 0);
    flag(SqlInfo.SQL_SELECT_FOR_UPDATE_SUPPORTED, false);
    flag(SqlInfo.SQL_STORED_PROCEDURES_SUPPORTED, false);
    bits(SqlInfo.SQL_SUPPORTED_SUBQUERIES, all(SqlSupportedSubqueries.values().length - 1));
    flag(SqlInfo.SQL_CORRELATED_SUBQUERIES_SUPPORTED, true);
    bits(SqlInfo.SQL_SUPPORTED_UNIONS, all(SqlSupportedUnions.values().length - 1));
  }

  private static SqlNullOrdering nulls(NullOrdering ordering) {
    return switch (ordering) {
      case HIGH -> SqlNullOrdering.SQL_NULLS_SORTED_HIGH;
      case LOW -> SqlNullOrdering.SQL_NULLS_SORTED_LOW;
      case AT_START -> SqlNullOrdering.SQL_NULLS_SORTED_AT_START;
      case AT_END -> SqlNullOrdering.SQL_NULLS_SORTED_AT_END;
    };
  }

  private void limits() {
    for (int code = SqlInfo.SQL_MAX_BINARY_LITERAL_LENGTH_VALUE;
        code <= SqlInfo.SQL_MAX_USERNAME_LENGTH_VALUE;
        code++) {
      number(SqlInfo.forNumber(code), 0);
    }
    flag(SqlInfo.SQL_MAX_ROW_SIZE_INCLUDES_BLOBS, true);
  }

  private void transactions(BackendInfo info) {
    // An int64 and not a bitmask, as arrow-java's SqlInfoBuilder sends it and its JDBC driver reads
    // it.
    number(SqlInfo.SQL_DEFAULT_TRANSACTION_ISOLATION, Connection.TRANSACTION_SERIALIZABLE);
    flag(SqlInfo.SQL_TRANSACTIONS_SUPPORTED, true);
    bits(
        SqlInfo.SQL_SUPPORTED_TRANSACTIONS_ISOLATION_LEVELS,
        1 << SqlTransactionIsolationLevel.SQL_TRANSACTION_SERIALIZABLE_VALUE);
    flag(SqlInfo.SQL_DATA_DEFINITION_CAUSES_TRANSACTION_COMMIT, false);
    flag(
        SqlInfo.SQL_DATA_DEFINITIONS_IN_TRANSACTIONS_IGNORED,
        !info.can(Capability.TRANSACTIONAL_DDL));
    flag(SqlInfo.SQL_SAVEPOINTS_SUPPORTED, info.can(Capability.SAVEPOINTS));
  }

  private void statements() {
    bits(SqlInfo.SQL_SUPPORTED_RESULT_SET_TYPES, 0b10);
    bits(SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_UNSPECIFIED, 0);
    bits(SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_FORWARD_ONLY, 0b10);
    bits(SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_SENSITIVE, 0);
    bits(SqlInfo.SQL_SUPPORTED_CONCURRENCIES_FOR_RESULT_SET_SCROLL_INSENSITIVE, 0);
    flag(SqlInfo.SQL_BATCH_UPDATES_SUPPORTED, true);
    flag(SqlInfo.SQL_NAMED_PARAMETERS_SUPPORTED, false);
    flag(SqlInfo.SQL_LOCATORS_UPDATE_COPY, true);
    flag(SqlInfo.SQL_STORED_FUNCTIONS_USING_CALL_SYNTAX_SUPPORTED, false);
  }

  /** The bits of an enum whose values are numbered from 0. */
  private static int all(int values) {
    return (1 << values) - 1;
  }

  private void text(SqlInfo code, String value) {
    values.put(code, new Text(value));
  }

  private void flag(SqlInfo code, boolean value) {
    values.put(code, new Flag(value));
  }

  private void number(SqlInfo code, long value) {
    values.put(code, new Whole(value));
  }

  private void bits(SqlInfo code, int value) {
    values.put(code, new Bits(value));
  }

  private void texts(SqlInfo code, List<String> value) {
    values.put(code, new Texts(value));
  }
}
