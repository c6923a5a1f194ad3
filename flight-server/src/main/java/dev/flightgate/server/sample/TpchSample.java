package dev.flightgate.server.sample;

import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import io.trino.tpch.TpchColumn;
import io.trino.tpch.TpchEntity;
import io.trino.tpch.TpchTable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills a database with the eight tables of TPC-H: table and column names of the specification's
 * section 1.4 ({@code lineitem.l_orderkey}), keys BIGINT, money and quantities DECIMAL(15,2), dates
 * DATE, no column nullable, a primary key each.
 *
 * <p>The rows are those of the specification's own generator, so that query results can be compared
 * with other engines'.
 */
public final class TpchSample {

  private static final Logger LOG = LoggerFactory.getLogger(TpchSample.class);

  /**
   * In an order in which references would hold; the table that tells whether all is there, last.
   */
  private static final List<TpchTable<?>> TABLES =
      List.of(
          TpchTable.REGION,
          TpchTable.NATION,
          TpchTable.SUPPLIER,
          TpchTable.CUSTOMER,
          TpchTable.PART,
          TpchTable.PART_SUPPLIER,
          TpchTable.ORDERS,
          TpchTable.LINE_ITEM);

  private static final double SCALE_MIN = 0.01;

  private static final String LAST_TABLE = "lineitem";

  private static final Map<String, String> PRIMARY_KEYS =
      Map.of(
          "region",
          "r_regionkey",
          "nation",
          "n_nationkey",
          "supplier",
          "s_suppkey",
          "customer",
          "c_custkey",
          "part",
          "p_partkey",
          "partsupp",
          "ps_partkey, ps_suppkey",
          "orders",
          "o_orderkey",
          LAST_TABLE,
          "l_orderkey, l_linenumber");

  private TpchSample() {}

  /**
   * Creates and fills the tables in one transaction, unless there is a lineitem already. Uses the
   * session on the calling thread and leaves it open.
   *
   * @param allocator for the batches on their way; nothing is left in it
   * @param scale 1 for 6 million line items; 0.01, the least, for 60,000 (with fewer suppliers the
   *     generator's keys of partsupp are no longer unique)
   * @return the rows written; 0 if the tables were there
   * @throws dev.flightgate.server.backend.BackendException what the engine says; nothing is left
   *     behind where the engine rolls definitions back
   */
  public static long fill(BackendSession session, BufferAllocator allocator, double scale) {
    if (scale < SCALE_MIN) {
      throw new IllegalArgumentException(
          "TPC-H scale: must be at least " + SCALE_MIN + ", was " + scale);
    }
    if (!session.metadata().tables(null, null, LAST_TABLE, List.of(), false).isEmpty()) {
      LOG.info("TPC-H sample: the database has a table {} already", LAST_TABLE);
      return 0;
    }
    long start = System.nanoTime();
    long rows = 0;
    boolean committed = false;
    session.begin();
    try {
      for (TpchTable<?> table : TABLES) {
        rows += create(session, allocator, table, scale);
      }
      session.commit();
      committed = true;
    } finally {
      if (!committed) {
        session.rollback();
      }
    }
    LOG.info(
        "TPC-H sample at scale {}: {} tables, {} rows in {} ms",
        scale,
        TABLES.size(),
        rows,
        (System.nanoTime() - start) / 1_000_000);
    return rows;
  }

  private static <E extends TpchEntity> long create(
      BackendSession session, BufferAllocator allocator, TpchTable<E> table, double scale) {
    String name = table.getTableName();
    try (PreparedQuery create = session.prepare(definition(table))) {
      create.update(Parameters.NONE);
    }
    IngestTarget target =
        new IngestTarget(null, null, name, IngestTarget.Mode.APPEND, /* temporary= */ false);
    try (TpchStream<E> rows = new TpchStream<>(allocator, table, scale)) {
      return session.ingest(target, rows);
    }
  }

  static String definition(TpchTable<?> table) {
    String columns =
        table.getColumns().stream()
            .map(column -> column.getColumnName() + " " + sqlType(column) + " NOT NULL")
            .collect(Collectors.joining(", "));
    String name = table.getTableName();
    return "CREATE TABLE "
        + name
        + "("
        + columns
        + ", PRIMARY KEY ("
        + PRIMARY_KEYS.get(name)
        + "))";
  }

  private static String sqlType(TpchColumn<?> column) {
    return switch (column.getType().getBase()) {
      case IDENTIFIER -> "BIGINT";
      case INTEGER -> "INTEGER";
      case DOUBLE -> "DECIMAL(15,2)";
      case DATE -> "DATE";
      case VARCHAR -> "VARCHAR";
    };
  }
}
