package dev.flightgate.server.query;

import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.sql.SystemText;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A database's metadata with the gateway's own tables beside it, as a catalog {@code flightgate}
 * with one schema, {@code main}. Only who asks for the catalog by name is told of it: to anybody
 * else a database is as its engine says. A catalog of the database that has the name comes first.
 */
final class SystemMetadata implements Metadata {

  private static final String SCHEMA = "main";

  private final Metadata database;
  private final SystemEngine engine;

  SystemMetadata(Metadata database, SystemEngine engine) {
    this.database = database;
    this.engine = engine;
  }

  private boolean isOurs(@Nullable String catalog) {
    return SystemText.SCHEMA.equals(catalog) && !database.catalogs().contains(catalog);
  }

  @Override
  public List<String> catalogs() {
    return database.catalogs();
  }

  @Override
  public List<SchemaInfo> schemas(@Nullable String catalog, @Nullable String schemaPattern) {
    if (!isOurs(catalog)) {
      return database.schemas(catalog, schemaPattern);
    }
    return fits(SCHEMA, schemaPattern)
        ? List.of(new SchemaInfo(SystemText.SCHEMA, SCHEMA))
        : List.of();
  }

  @Override
  public List<TableInfo> tables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      List<String> types,
      boolean withColumns) {
    if (!isOurs(catalog)) {
      return database.tables(catalog, schemaPattern, tablePattern, types, withColumns);
    }
    return engine.tables().stream()
        .filter(table -> fits(SCHEMA, schemaPattern) && fits(table.table(), tablePattern))
        .filter(table -> types.isEmpty() || types.contains(table.type()))
        .map(table -> withColumns ? table : withoutColumns(table))
        .toList();
  }

  private static TableInfo withoutColumns(TableInfo table) {
    return new TableInfo(
        table.catalog(), table.schema(), table.table(), table.type(), List.of(), table.remarks());
  }

  /** LIKE with its escape, as {@link Metadata} says. */
  private static boolean fits(String name, @Nullable String pattern) {
    if (pattern == null) {
      return true;
    }
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '%') {
        regex.append(".*");
      } else if (c == '_') {
        regex.append('.');
      } else {
        boolean escape = c == '\\' && i + 1 < pattern.length();
        regex.append(Pattern.quote(String.valueOf(escape ? pattern.charAt(++i) : c)));
      }
    }
    return name.matches(regex.toString());
  }

  @Override
  public List<String> tableTypes() {
    return database.tableTypes();
  }

  @Override
  public List<PrimaryKeyColumn> primaryKeys(
      @Nullable String catalog, @Nullable String schema, String table) {
    return isOurs(catalog) ? List.of() : database.primaryKeys(catalog, schema, table);
  }

  @Override
  public List<ForeignKeyColumn> foreignKeys(@Nullable TableRef parent, @Nullable TableRef child) {
    boolean ours =
        (parent != null && isOurs(parent.catalog())) || (child != null && isOurs(child.catalog()));
    return ours ? List.of() : database.foreignKeys(parent, child);
  }

  @Override
  public List<TypeInfo> types() {
    return database.types();
  }
}
