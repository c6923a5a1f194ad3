package dev.flightgate.client;

import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;

/** What ingesting does about the table it fills. */
public enum IngestMode {
  /** Makes the table; fails if it exists. */
  CREATE(
      TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
      TableExistsOption.TABLE_EXISTS_OPTION_FAIL),
  /** Adds to the table; fails if it does not exist. */
  APPEND(
      TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL,
      TableExistsOption.TABLE_EXISTS_OPTION_APPEND),
  /** Makes the table anew, dropping the one that exists. */
  REPLACE(
      TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
      TableExistsOption.TABLE_EXISTS_OPTION_REPLACE),
  /** Adds to the table; makes it if it does not exist. */
  CREATE_APPEND(
      TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
      TableExistsOption.TABLE_EXISTS_OPTION_APPEND);

  private final TableDefinitionOptions definition;

  IngestMode(TableNotExistOption missing, TableExistsOption existing) {
    this.definition =
        TableDefinitionOptions.newBuilder().setIfNotExist(missing).setIfExists(existing).build();
  }

  TableDefinitionOptions definition() {
    return definition;
  }
}
