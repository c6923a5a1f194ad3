package dev.flightgate.server.flight;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.Comparator.nullsFirst;

import dev.flightgate.server.backend.Metadata.ForeignKeyColumn;
import dev.flightgate.server.backend.Metadata.TableRef;
import java.util.Comparator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The orders of FlightSql.proto for the columns of foreign keys: by table, by name of the key, by
 * sequence. Keys without a name keep their columns together instead, as nothing else tells them
 * apart.
 */
final class KeyOrder {

  private static final Comparator<@Nullable String> NAMES = nullsFirst(naturalOrder());

  private static final Comparator<ForeignKeyColumn> BY_SEQUENCE =
      comparing(key -> key.foreignKeyName() == null ? 0 : key.sequence());

  /** Of CommandGetExportedKeys. */
  static final Comparator<ForeignKeyColumn> BY_CHILD =
      byTable(ForeignKeyColumn::child)
          .thenComparing(ForeignKeyColumn::foreignKeyName, NAMES)
          .thenComparing(BY_SEQUENCE);

  /** Of CommandGetImportedKeys and CommandGetCrossReference. */
  static final Comparator<ForeignKeyColumn> BY_PARENT =
      byTable(ForeignKeyColumn::parent)
          .thenComparing(ForeignKeyColumn::parentKeyName, NAMES)
          .thenComparing(BY_SEQUENCE);

  private KeyOrder() {}

  private static Comparator<ForeignKeyColumn> byTable(Function<ForeignKeyColumn, TableRef> table) {
    return comparing(
        table,
        Comparator.comparing(TableRef::catalog, NAMES)
            .thenComparing(TableRef::schema, NAMES)
            .thenComparing(TableRef::table));
  }
}
