package dev.flightgate.server.flight;

import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.Metadata.ForeignKeyColumn;
import dev.flightgate.server.backend.Metadata.TableInfo;
import dev.flightgate.server.backend.Metadata.TableRef;
import dev.flightgate.server.backend.Metadata.TypeInfo;
import dev.flightgate.server.config.GatewayConfig.SessionConfig;
import java.sql.DatabaseMetaData;
import java.sql.Types;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetCrossReference;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetDbSchemas;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetExportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetImportedKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetPrimaryKeys;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetSqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetTables;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandGetXdbcTypeInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDataType;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDatetimeSubcode;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** What the database contains and can do, in the columns that Flight SQL lays down. */
final class MetadataCommands {

  private static final String TABLE = "TABLE";
  private static final String BASE_TABLE = "BASE TABLE";

  private final Calls calls;
  private final SessionConfig sessionConfig;

  MetadataCommands(Calls calls, SessionConfig sessionConfig) {
    this.calls = calls;
    this.sessionConfig = sessionConfig;
  }

  void sqlInfo(CommandGetSqlInfo command, ServerStreamListener client) {
    calls.stream(
        client,
        call ->
            new MetadataStream(
                calls.queries(),
                call,
                Schemas.GET_SQL_INFO_SCHEMA,
                c ->
                    SqlInfoAnswer.rows(
                        c.database(), c.principal(), sessionConfig, command.getInfoList())));
  }

  void catalogs(ServerStreamListener client) {
    answer(
        client,
        Schemas.GET_CATALOGS_SCHEMA,
        metadata -> metadata.catalogs().stream().map(MetadataCommands::row).toList());
  }

  void schemas(CommandGetDbSchemas command, ServerStreamListener client) {
    answer(
        client,
        Schemas.GET_SCHEMAS_SCHEMA,
        metadata ->
            metadata
                .schemas(
                    optional(command.hasCatalog(), command.getCatalog()),
                    optional(
                        command.hasDbSchemaFilterPattern(), command.getDbSchemaFilterPattern()))
                .stream()
                .map(schema -> row(schema.catalog(), schema.schema()))
                .toList());
  }

  void tables(CommandGetTables command, ServerStreamListener client) {
    boolean withSchema = command.getIncludeSchema();
    List<String> types =
        command.getTableTypesList().stream()
            .map(type -> type.equals(BASE_TABLE) ? TABLE : type)
            .distinct()
            .toList();
    answer(
        client,
        withSchema ? Schemas.GET_TABLES_SCHEMA : Schemas.GET_TABLES_SCHEMA_NO_SCHEMA,
        metadata ->
            metadata
                .tables(
                    optional(command.hasCatalog(), command.getCatalog()),
                    optional(
                        command.hasDbSchemaFilterPattern(), command.getDbSchemaFilterPattern()),
                    optional(
                        command.hasTableNameFilterPattern(), command.getTableNameFilterPattern()),
                    types,
                    withSchema)
                .stream()
                .map(table -> row(table, withSchema))
                .toList());
  }

  private static @Nullable Object[] row(TableInfo table, boolean withSchema) {
    if (!withSchema) {
      return row(table.catalog(), table.schema(), table.table(), table.type());
    }
    Schema columns =
        new Schema(
            table.columns().stream().map(column -> ColumnFields.describe(table, column)).toList());
    return row(
        table.catalog(),
        table.schema(),
        table.table(),
        table.type(),
        ColumnFields.serialize(columns));
  }

  void tableTypes(ServerStreamListener client) {
    answer(
        client,
        Schemas.GET_TABLE_TYPES_SCHEMA,
        metadata -> metadata.tableTypes().stream().map(MetadataCommands::row).toList());
  }

  void primaryKeys(CommandGetPrimaryKeys command, ServerStreamListener client) {
    answer(
        client,
        Schemas.GET_PRIMARY_KEYS_SCHEMA,
        metadata ->
            metadata
                .primaryKeys(
                    optional(command.hasCatalog(), command.getCatalog()),
                    optional(command.hasDbSchema(), command.getDbSchema()),
                    command.getTable())
                .stream()
                .map(
                    key ->
                        row(
                            key.catalog(),
                            key.schema(),
                            key.table(),
                            key.column(),
                            key.sequence(),
                            key.keyName()))
                .toList());
  }

  void exportedKeys(CommandGetExportedKeys command, ServerStreamListener client) {
    TableRef parent =
        new TableRef(
            optional(command.hasCatalog(), command.getCatalog()),
            optional(command.hasDbSchema(), command.getDbSchema()),
            command.getTable());
    foreignKeys(client, Schemas.GET_EXPORTED_KEYS_SCHEMA, parent, null, KeyOrder.BY_CHILD);
  }

  void importedKeys(CommandGetImportedKeys command, ServerStreamListener client) {
    TableRef child =
        new TableRef(
            optional(command.hasCatalog(), command.getCatalog()),
            optional(command.hasDbSchema(), command.getDbSchema()),
            command.getTable());
    foreignKeys(client, Schemas.GET_IMPORTED_KEYS_SCHEMA, null, child, KeyOrder.BY_PARENT);
  }

  void crossReference(CommandGetCrossReference command, ServerStreamListener client) {
    TableRef parent =
        new TableRef(
            optional(command.hasPkCatalog(), command.getPkCatalog()),
            optional(command.hasPkDbSchema(), command.getPkDbSchema()),
            command.getPkTable());
    TableRef child =
        new TableRef(
            optional(command.hasFkCatalog(), command.getFkCatalog()),
            optional(command.hasFkDbSchema(), command.getFkDbSchema()),
            command.getFkTable());
    foreignKeys(client, Schemas.GET_CROSS_REFERENCE_SCHEMA, parent, child, KeyOrder.BY_PARENT);
  }

  private void foreignKeys(
      ServerStreamListener client,
      Schema schema,
      @Nullable TableRef parent,
      @Nullable TableRef child,
      Comparator<ForeignKeyColumn> order) {
    answer(
        client,
        schema,
        metadata ->
            metadata.foreignKeys(parent, child).stream()
                .sorted(order)
                .map(MetadataCommands::row)
                .toList());
  }

  private static @Nullable Object[] row(ForeignKeyColumn key) {
    return row(
        key.parent().catalog(),
        key.parent().schema(),
        key.parent().table(),
        key.parentColumn(),
        key.child().catalog(),
        key.child().schema(),
        key.child().table(),
        key.childColumn(),
        key.sequence(),
        key.foreignKeyName(),
        key.parentKeyName(),
        key.updateRule().code(),
        key.deleteRule().code());
  }

  void types(CommandGetXdbcTypeInfo command, ServerStreamListener client) {
    answer(
        client,
        Schemas.GET_TYPE_INFO_SCHEMA,
        metadata ->
            metadata.types().stream()
                .filter(type -> !command.hasDataType() || type.jdbcType() == command.getDataType())
                .sorted(Comparator.comparing(TypeInfo::jdbcType).thenComparing(TypeInfo::name))
                .map(MetadataCommands::row)
                .toList());
  }

  private static @Nullable Object[] row(TypeInfo type) {
    boolean number = type.radix() != null;
    Integer subcode = datetimeSubcode(type.jdbcType());
    return row(
        type.name(),
        type.jdbcType(),
        type.columnSize(),
        type.literalPrefix(),
        type.literalSuffix(),
        type.createParameters().isEmpty() ? null : type.createParameters(),
        DatabaseMetaData.typeNullable,
        type.caseSensitive(),
        DatabaseMetaData.typeSearchable,
        number ? type.unsigned() : null,
        false,
        number ? false : null,
        type.name(),
        type.minimumScale(),
        type.maximumScale(),
        subcode == null ? type.jdbcType() : XdbcDataType.XDBC_DATETIME_VALUE,
        subcode,
        type.radix(),
        null);
  }

  /** Which kind of date or time a type is; null for any other. */
  private static @Nullable Integer datetimeSubcode(int jdbcType) {
    return switch (jdbcType) {
      case Types.DATE -> XdbcDatetimeSubcode.XDBC_SUBCODE_DATE_VALUE;
      case Types.TIME -> XdbcDatetimeSubcode.XDBC_SUBCODE_TIME_VALUE;
      case Types.TIMESTAMP -> XdbcDatetimeSubcode.XDBC_SUBCODE_TIMESTAMP_VALUE;
      case Types.TIMESTAMP_WITH_TIMEZONE ->
          XdbcDatetimeSubcode.XDBC_SUBCODE_TIMESTAMP_WITH_TIMEZONE_VALUE;
      default -> null;
    };
  }

  private void answer(
      ServerStreamListener client,
      Schema schema,
      Function<Metadata, List<@Nullable Object[]>> question) {
    calls.stream(
        client,
        call ->
            new MetadataStream(
                calls.queries(),
                call,
                schema,
                c -> calls.queries().metadata(c.session(), question, c.cancellation())));
  }

  private static @Nullable Object[] row(@Nullable Object... values) {
    return values;
  }

  private static @Nullable String optional(boolean present, String value) {
    return present ? value : null;
  }
}
