package dev.flightgate.server.flight;

import dev.flightgate.server.backend.Metadata.ColumnInfo;
import dev.flightgate.server.backend.Metadata.TableInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flight.sql.FlightSqlColumnMetadata;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Columns as fields of the {@code table_schema} of GetTables (FlightSql.proto, CommandGetTables):
 * the Arrow type, and the rest in {@code ARROW:FLIGHT:SQL:*} metadata.
 */
final class ColumnFields {

  /** The key in FlightSql.proto; Arrow's libraries have another. */
  private static final String DB_SCHEMA_NAME = "ARROW:FLIGHT:SQL:DB_SCHEMA_NAME";

  private ColumnFields() {}

  static Field describe(TableInfo table, ColumnInfo column) {
    FlightSqlColumnMetadata.Builder builder = new FlightSqlColumnMetadata.Builder();
    if (table.catalog() != null) {
      builder.catalogName(table.catalog());
    }
    if (table.schema() != null) {
      builder.schemaName(table.schema());
    }
    Field field = column.field();
    builder
        .tableName(table.table())
        .typeName(column.typeName())
        .isAutoIncrement(column.autoIncrement())
        .isReadOnly(column.readOnly())
        .isCaseSensitive(field.getType() instanceof ArrowType.Utf8)
        .isSearchable(true);
    if (column.precision() != null) {
      builder.precision(column.precision());
    }
    if (column.scale() != null) {
      builder.scale(column.scale());
    }
    if (column.remarks() != null) {
      builder.remarks(column.remarks());
    }
    Map<String, String> metadata = new HashMap<>(field.getMetadata());
    metadata.putAll(builder.build().getMetadataMap());
    if (table.schema() != null) {
      metadata.put(DB_SCHEMA_NAME, table.schema());
    }
    FieldType type =
        new FieldType(field.isNullable(), field.getType(), field.getDictionary(), metadata);
    return new Field(field.getName(), type, field.getChildren());
  }

  /** An encapsulated IPC schema message; a table whose columns are not known has one too. */
  static byte[] serialize(Schema schema) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      MessageSerializer.serialize(new WriteChannel(Channels.newChannel(bytes)), schema);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }
}
