package dev.flightgate.server.query;

import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.sql.SystemText;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A database's metadata with the gateway's own tables beside it, as a catalog {@code flightgate}
 * with one schema, {@code main}. A catalog of the database that has the name comes first.
 */
final class SystemMetadata implements Metadata {

  private static final String SCHEMA = "main";

  private final Metadata database;
  private final SystemEngine engine;
  private final boolean listed;

  /**
   * @param listed whether the catalog is told to those who do not ask for it by name
   */
  SystemMetadata(Metadata database, SystemEngine engine, boolean listed) {
    this.database = database;
    this.engine = engine;
    this.listed = listed;
  }

  private boolean shown(@Nullable String catalog) {
    boolean asked = catalog == null ? listed : catalog.equals(SystemText.SCHEMA);
    return asked && !database.catalogs().contains(SystemText.SCHEMA);
  }

  @Override
  public List<String> catalogs() {
    List<String> own = database.catalogs();
    return shown(null)
        ? Stream.concat(own.stream(), Stream.of(SystemText.SCHEMA)).sorted().toList()
        : own;
  }

  @Override
  public List<SchemaInfo> schemas(@Nullable String catalog, @Nullable String schemaPattern) {
    List<SchemaInfo> own = database.schemas(catalog, schemaPattern);
    return shown(catalog) && fits(SCHEMA, schemaPattern)
        ? sorted(own, new SchemaInfo(SystemText.SCHEMA, SCHEMA), SchemaInfo::catalog)
        : own;
  }

  @Override
  public List<TableInfo> tables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      List<String> types,
      boolean withColumns) {
    List<TableInfo> all = database.tables(catalog, schemaPattern, tablePattern, types, withColumns);
    if (!shown(catalog) || !fits(SCHEMA, schemaPattern)) {
      return all;
    }
    for (TableInfo table : engine.tables()) {
      if (fits(table.table(), tablePattern) && (types.isEmpty() || types.contains(table.type()))) {
        all = sorted(all, withColumns ? table : withoutColumns(table), TableInfo::catalog);
      }
    }
    return all;
  }

  private static TableInfo withoutColumns(TableInfo table) {
    return new TableInfo(
        table.catalog(), table.schema(), table.table(), table.type(), List.of(), table.remarks());
  }

  /** Adds one behind those of its catalog. */
  private static <T> List<T> sorted(List<T> own, T added, Function<T, @Nullable String> catalog) {
    return Stream.concat(own.stream(), Stream.of(added))
        .sorted(
            Comparator.comparing(catalog, Comparator.nullsFirst(Comparator.<String>naturalOrder())))
        .toList();
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

  private boolean isOurs(@Nullable String catalog) {
    return catalog != null && shown(catalog);
  }

  @Override
  public List<TypeInfo> types() {
    return database.types();
  }
}
