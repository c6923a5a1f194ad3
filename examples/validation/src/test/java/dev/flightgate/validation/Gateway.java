package dev.flightgate.validation;

import java.util.Locale;
import java.util.Map;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcDriver;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlDriver;
import org.apache.arrow.adbc.driver.testsuite.SqlValidationQuirks;
import org.apache.arrow.adbc.sql.SqlQuirks;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** What the suite has to know of the gateway, which serves DuckDB at the property gateway.uri. */
final class Gateway extends SqlValidationQuirks {

  @Override
  public AdbcDatabase initDatabase(BufferAllocator allocator) throws AdbcException {
    return new FlightSqlDriver(allocator)
        .open(
            Map.of(
                AdbcDriver.PARAM_URI.getKey(),
                System.getProperty("gateway.uri"),
                AdbcDriver.PARAM_SQL_QUIRKS,
                SqlQuirks.builder().arrowToSqlTypeNameMapping(Gateway::typeName).build()));
  }

  /** The driver's own names are CLOB for text, which DuckDB has not, and INT for all integers. */
  private static String typeName(ArrowType type) {
    if (type instanceof ArrowType.Utf8) {
      return "VARCHAR";
    }
    return type instanceof ArrowType.Int integer && integer.getBitWidth() == 64
        ? "BIGINT"
        : SqlQuirks.DEFAULT_ARROW_TYPE_TO_SQL_TYPE_NAME_MAPPING.apply(type);
  }

  @Override
  public void cleanupTable(String name) throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        AdbcDatabase database = initDatabase(allocator);
        AdbcConnection connection = database.connect();
        AdbcStatement statement = connection.createStatement()) {
      statement.setSqlQuery("DROP TABLE IF EXISTS \"" + name + "\"");
      statement.executeUpdate();
    }
  }

  @Override
  public String defaultCatalog() {
    return "memory";
  }

  @Override
  public String defaultDbSchema() {
    return "main";
  }

  /** The driver has no getCurrentCatalog; the suite skips its test of it. */
  @Override
  public boolean supportsCurrentCatalog() {
    return false;
  }

  @Override
  public String caseFoldTableName(String name) {
    return name;
  }

  /** DuckDB keeps the case, and the suite's SQL is in capitals. */
  @Override
  public String caseFoldColumnName(String name) {
    return name.toUpperCase(Locale.ROOT);
  }
}
