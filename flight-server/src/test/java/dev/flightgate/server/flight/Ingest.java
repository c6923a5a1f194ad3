package dev.flightgate.server.flight;

import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** A bulk ingest as a test says it. */
record Ingest(
    String table,
    TableDefinitionOptions mode,
    boolean isTemporary,
    @Nullable String catalog,
    @Nullable String schema,
    @Nullable Transaction transaction) {

  static final TableDefinitionOptions CREATE =
      mode(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
          TableExistsOption.TABLE_EXISTS_OPTION_FAIL);
  static final TableDefinitionOptions APPEND =
      mode(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL,
          TableExistsOption.TABLE_EXISTS_OPTION_APPEND);
  static final TableDefinitionOptions REPLACE =
      mode(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
          TableExistsOption.TABLE_EXISTS_OPTION_REPLACE);
  static final TableDefinitionOptions CREATE_APPEND =
      mode(
          TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
          TableExistsOption.TABLE_EXISTS_OPTION_APPEND);

  private static TableDefinitionOptions mode(
      TableNotExistOption ifNotExist, TableExistsOption ifExists) {
    return TableDefinitionOptions.newBuilder()
        .setIfNotExist(ifNotExist)
        .setIfExists(ifExists)
        .build();
  }

  static Ingest into(String table, TableDefinitionOptions mode) {
    return new Ingest(table, mode, false, null, null, null);
  }

  Ingest temporary() {
    return new Ingest(table, mode, true, catalog, schema, transaction);
  }

  Ingest in(@Nullable String inCatalog, @Nullable String inSchema) {
    return new Ingest(table, mode, isTemporary, inCatalog, inSchema, transaction);
  }

  Ingest in(Transaction inTransaction) {
    return new Ingest(table, mode, isTemporary, catalog, schema, inTransaction);
  }

  ExecuteIngestOptions options() {
    return new ExecuteIngestOptions(table, mode, isTemporary, catalog, schema, null);
  }

  /** Sends the rows as one batch; the count that is answered. */
  long run(SqlClient client, VectorSchemaRoot rows) {
    return client.sql().executeIngest(rows, options(), transaction, client.options());
  }
}
