package dev.flightgate.server.query;

import dev.flightgate.server.auth.Permissions;
import dev.flightgate.server.backend.Metadata;
import dev.flightgate.server.backend.Right;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a database contains, as far as a principal may read it: tables that may be read, and the
 * schemas and catalogs that may hold some. A foreign key shows if both of its tables do. Threads as
 * {@link Metadata} says.
 */
final class PermittedMetadata implements Metadata {

  private final Metadata all;
  private final Permissions permissions;

  PermittedMetadata(Metadata all, Permissions permissions) {
    this.all = all;
    this.permissions = permissions;
  }

  @Override
  public List<String> catalogs() {
    return all.catalogs().stream()
        .filter(catalog -> permissions.mayLookInto(catalog, null))
        .toList();
  }

  @Override
  public List<SchemaInfo> schemas(@Nullable String catalog, @Nullable String schemaPattern) {
    return all.schemas(catalog, schemaPattern).stream()
        .filter(found -> permissions.mayLookInto(found.catalog(), found.schema()))
        .toList();
  }

  @Override
  public List<TableInfo> tables(
      @Nullable String catalog,
      @Nullable String schemaPattern,
      @Nullable String tablePattern,
      List<String> types,
      boolean withColumns) {
    return all.tables(catalog, schemaPattern, tablePattern, types, withColumns).stream()
        .filter(found -> mayRead(found.catalog(), found.schema(), found.table()))
        .toList();
  }

  @Override
  public List<String> tableTypes() {
    return all.tableTypes();
  }

  @Override
  public List<PrimaryKeyColumn> primaryKeys(
      @Nullable String catalog, @Nullable String schema, String table) {
    return all.primaryKeys(catalog, schema, table).stream()
        .filter(key -> mayRead(key.catalog(), key.schema(), key.table()))
        .toList();
  }

  @Override
  public List<ForeignKeyColumn> foreignKeys(@Nullable TableRef parent, @Nullable TableRef child) {
    return all.foreignKeys(parent, child).stream()
        .filter(key -> mayRead(key.parent()) && mayRead(key.child()))
        .toList();
  }

  @Override
  public List<TypeInfo> types() {
    return all.types();
  }

  private boolean mayRead(TableRef table) {
    return mayRead(table.catalog(), table.schema(), table.table());
  }

  private boolean mayRead(@Nullable String catalog, @Nullable String schema, String table) {
    return permissions.allows(Right.READ, catalog, schema, table);
  }
}
