package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.Metadata.ForeignKeyColumn;
import dev.flightgate.server.backend.Metadata.PrimaryKeyColumn;
import dev.flightgate.server.backend.Metadata.Rule;
import dev.flightgate.server.backend.Metadata.TableRef;
import dev.flightgate.server.backend.sqlite.EngineInfo.Names;
import dev.flightgate.server.backend.sqlite.SqliteMetadata.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Primary and foreign keys, as part of {@link SqliteMetadata}. SQLite keeps the names in a foreign
 * key as its author wrote them; here they are spelled as in the table they name.
 */
final class SqliteKeys {

  private final SqliteMetadata metadata;

  SqliteKeys(SqliteMetadata metadata) {
    this.metadata = metadata;
  }

  /** Those of the tables that fit. */
  List<PrimaryKeyColumn> primaryKeys(TableRef table) {
    List<PrimaryKeyColumn> keys = new ArrayList<>();
    for (Place place : metadata.places(table.catalog())) {
      if (place.isTable() && fits(table, place.catalog(), place.name())) {
        int sequence = 0;
        for (String column : primaryKey(place)) {
          sequence++;
          keys.add(
              new PrimaryKeyColumn(place.catalog(), null, place.name(), column, sequence, null));
        }
      }
    }
    return keys;
  }

  private List<String> primaryKey(Place place) {
    List<String> columns = new ArrayList<>();
    metadata.query(
        "SELECT name FROM pragma_table_info(?1, ?2) WHERE pk > 0 ORDER BY pk",
        row -> columns.add(row.getString(1)),
        place.name(),
        place.catalog());
    return columns;
  }

  /** Those from the tables that fit the child to those that fit the parent; null fits any. */
  List<ForeignKeyColumn> foreignKeys(@Nullable TableRef parent, @Nullable TableRef child) {
    List<ForeignKeyColumn> keys = new ArrayList<>();
    List<Place> places = metadata.places(null);
    for (Place place : places) {
      if (place.isTable() && fits(child, place.catalog(), place.name())) {
        keys.addAll(foreignKeys(place, places, parent));
      }
    }
    return keys;
  }

  private List<ForeignKeyColumn> foreignKeys(
      Place child, List<Place> places, @Nullable TableRef parentFilter) {
    List<ForeignKeyColumn> keys = new ArrayList<>();
    metadata.query(
        "SELECT id, seq, \"table\", \"from\", \"to\", on_update, on_delete"
            + " FROM pragma_foreign_key_list(?1, ?2) ORDER BY id DESC, seq",
        row -> {
          Place parent = parent(places, child.catalog(), row.getString(3));
          if (!fits(parentFilter, parent.catalog(), parent.name())) {
            return;
          }
          int index = row.getInt(2);
          String childColumn = row.getString(4);
          keys.add(
              new ForeignKeyColumn(
                  new TableRef(parent.catalog(), null, parent.name()),
                  parentColumn(parent, row.getString(5), index, childColumn),
                  new TableRef(child.catalog(), null, child.name()),
                  childColumn,
                  index + 1,
                  null,
                  null,
                  rule(row.getString(6)),
                  rule(row.getString(7))));
        },
        child.name(),
        child.catalog());
    return keys;
  }

  /**
   * The column a key refers to, in its own spelling: the one named, or, without a name, the primary
   * key's at this place. Where the parent lacks it, the name, or the child column's.
   */
  private String parentColumn(Place parent, @Nullable String named, int index, String child) {
    if (!parent.isTable()) {
      return named == null ? child : named;
    }
    if (named == null) { // REFERENCES p
      List<String> primary = primaryKey(parent);
      return index < primary.size() ? primary.get(index) : child;
    }
    List<String> spelled = new ArrayList<>();
    metadata.query(
        "SELECT name FROM pragma_table_info(?1, ?2) WHERE name = ?3 COLLATE NOCASE",
        row -> spelled.add(row.getString(1)),
        parent.name(),
        parent.catalog(),
        named);
    return spelled.isEmpty() ? named : spelled.get(0);
  }

  /** The table a key refers to: of the same catalog, in its own spelling; it may be missing. */
  private static Place parent(List<Place> places, String catalog, String name) {
    return places.stream()
        .filter(place -> place.catalog().equals(catalog) && sameName(place.name(), name))
        .min(Comparator.comparing(Place::name))
        .orElse(new Place(catalog, name, "TABLE"));
  }

  private static Rule rule(String action) {
    return switch (action) {
      case "CASCADE" -> Rule.CASCADE;
      case "RESTRICT" -> Rule.RESTRICT;
      case "SET NULL" -> Rule.SET_NULL;
      case "SET DEFAULT" -> Rule.SET_DEFAULT;
      default -> Rule.NO_ACTION;
    };
  }

  private static boolean fits(@Nullable TableRef filter, String catalog, String name) {
    return filter == null
        || ((filter.catalog() == null || filter.catalog().equals(catalog))
            && hasNone(filter.schema())
            && sameName(filter.table(), name));
  }

  private static boolean sameName(String one, String other) {
    return Names.fold(one).equals(Names.fold(other));
  }

  private static boolean hasNone(@Nullable String schema) {
    return schema == null || schema.equals(SqliteMetadata.NO_SCHEMA);
  }
}
