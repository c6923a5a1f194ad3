package dev.flightgate.server.backend;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What a database contains, as plain records; every door shapes its own answer from them.
 *
 * <p>Used on its session's thread, while no stream of the session is open. Filters: a null filter
 * means all; "" means those without one; a catalog is compared exactly; a schema or table pattern
 * follows LIKE, with {@code %}, {@code _} and the escape {@code \}. Answers are ordered by catalog,
 * schema, name.
 */
public interface Metadata {

  /** The names of the catalogs. */
  List<String> catalogs();

  /** The schemas of the catalogs. */
  List<SchemaInfo> schemas(@Nullable String catalog, @Nullable String schemaPattern);

  /**
   * Tables, views and whatever else can be selected from.
   *
   * @param types exact table types as {@link #tableTypes()} lists them; empty for all
   * @param withColumns whether {@link TableInfo#columns()} is wanted; a table whose columns cannot
   *     be told (a broken view) has none, and does not fail the call
   */
  List<TableInfo> tables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      List<String> types,
      boolean withColumns);

  /** The table types there can be: TABLE, VIEW, and what else the engine has; never BASE TABLE. */
  List<String> tableTypes();

  /** The primary key columns of a table, or of every table that fits, by sequence. */
  List<PrimaryKeyColumn> primaryKeys(
      @Nullable String catalog, @Nullable String schema, String table);

  /**
   * Foreign keys column by column, ordered by constraint and sequence. Null or unset references are
   * not filtered by.
   *
   * @param parent whose primary key is referred to; null for any
   * @param child who refers; null for any
   */
  List<ForeignKeyColumn> foreignKeys(@Nullable TableRef parent, @Nullable TableRef child);

  /** The engine's data types. */
  List<TypeInfo> types();

  /** A table's name; a null catalog or schema matches any. */
  record TableRef(@Nullable String catalog, @Nullable String schema, String table) {}

  /** A schema of a catalog; a null catalog where the engine has none. */
  record SchemaInfo(@Nullable String catalog, String schema) {}

  /**
   * Something that can be selected from.
   *
   * @param type one of {@link Metadata#tableTypes()}
   * @param columns in order; empty when not asked for or not known
   * @param remarks a comment, or null
   */
  record TableInfo(
      @Nullable String catalog,
      @Nullable String schema,
      String table,
      String type,
      List<ColumnInfo> columns,
      @Nullable String remarks) {}

  /**
   * A column of a table.
   *
   * @param field name, Arrow type and nullability, exactly as a SELECT of the column has them,
   *     except that a NOT NULL column is not nullable here
   * @param typeName the engine's name of the type, with its arguments: {@code DECIMAL(18,3)}
   * @param precision digits, or characters where limited; null where it has no meaning
   * @param scale digits after the point; null where it has no meaning
   * @param autoIncrement whether the engine numbers the rows by itself
   * @param readOnly whether it cannot be written (a generated column)
   * @param defaultValue the SQL of the default, or null
   * @param remarks a comment, or null
   */
  record ColumnInfo(
      Field field,
      String typeName,
      @Nullable Integer precision,
      @Nullable Integer scale,
      boolean autoIncrement,
      boolean readOnly,
      @Nullable String defaultValue,
      @Nullable String remarks) {}

  /** One column of a primary key; {@code sequence} counts from 1. */
  record PrimaryKeyColumn(
      @Nullable String catalog,
      @Nullable String schema,
      String table,
      String column,
      int sequence,
      @Nullable String keyName) {}

  /** One column of a foreign key; {@code sequence} counts from 1. */
  record ForeignKeyColumn(
      TableRef parent,
      String parentColumn,
      TableRef child,
      String childColumn,
      int sequence,
      @Nullable String foreignKeyName,
      @Nullable String parentKeyName,
      Rule updateRule,
      Rule deleteRule) {}

  /** What a change of the parent does to the child, with the numbers of JDBC and Flight SQL. */
  enum Rule {
    /** Changes the child too. */
    CASCADE(0),
    /** Refused at once. */
    RESTRICT(1),
    /** The child's columns become NULL. */
    SET_NULL(2),
    /** Refused, at the latest at commit. */
    NO_ACTION(3),
    /** The child's columns get their default. */
    SET_DEFAULT(4);

    private final int code;

    Rule(int code) {
      this.code = code;
    }

    /**
     * The number in {@code DatabaseMetaData.importedKeyCascade} … and {@code UpdateDeleteRules}.
     */
    public int code() {
      return code;
    }
  }

  /**
   * A data type, as {@code DatabaseMetaData.getTypeInfo} describes it.
   *
   * @param name the name in SQL
   * @param jdbcType the number in {@link java.sql.Types}
   * @param columnSize digits, characters or bytes at most; null where unlimited
   * @param literalPrefix what a literal begins with, or null
   * @param literalSuffix what a literal ends with, or null
   * @param createParameters what the type takes in parentheses ("precision", "scale"); empty for
   *     none
   * @param caseSensitive whether comparisons are
   * @param unsigned whether it lacks negative values
   * @param minimumScale null where it has no meaning
   * @param maximumScale null where it has no meaning
   * @param radix 2 or 10; null for a type that is no number
   */
  record TypeInfo(
      String name,
      int jdbcType,
      @Nullable Integer columnSize,
      @Nullable String literalPrefix,
      @Nullable String literalSuffix,
      List<String> createParameters,
      boolean caseSensitive,
      boolean unsigned,
      @Nullable Integer minimumScale,
      @Nullable Integer maximumScale,
      @Nullable Integer radix) {}
}
