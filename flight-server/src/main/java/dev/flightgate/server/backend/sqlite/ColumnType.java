package dev.flightgate.server.backend.sqlite;

import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * What a result column is sent as.
 *
 * @param arrow the Arrow type
 * @param name the type's name in SQLite: as declared, or INTEGER, REAL, TEXT, BLOB
 * @param anyValue whether every value is sent as text, so that there are no misfits
 */
record ColumnType(ArrowType arrow, String name, boolean anyValue) {

  private static final String TYPE_NAME = "ARROW:FLIGHT:SQL:TYPE_NAME";

  /** A type whose misfits are misfits. */
  static ColumnType of(ArrowType arrow, String name) {
    return new ColumnType(arrow, name, false);
  }

  /** The same column, every value as text. */
  ColumnType asText() {
    return new ColumnType(ArrowType.Utf8.INSTANCE, name, true);
  }

  /** A column of this type; always nullable, as any expression may be NULL. */
  Field field(String column) {
    return new Field(column, new FieldType(true, arrow, null, Map.of(TYPE_NAME, name)), null);
  }
}
