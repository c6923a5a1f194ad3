package dev.flightgate.benchmarks;

import dev.flightgate.server.backend.BatchStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Rows of four numbers and two texts, in SQL, in Java and in Arrow. */
final class SqliteSample {

  static final String CREATE =
      "CREATE TABLE sample(a BIGINT, b BIGINT, c DOUBLE, d DOUBLE, e TEXT, f TEXT)";
  static final String QUERY = "SELECT a, b, c, d, e, f FROM sample";

  /** The columns as the loop in C wants them told. */
  static final String TYPES = "iirrtt";

  /** As many as a batch on the wire has. */
  static final List<Row> ROWS = IntStream.rangeClosed(1, 8_192).mapToObj(Row::of).toList();

  private SqliteSample() {}

  /** The statement that fills the table. */
  static String fill(long rows) {
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
        + rows
        + ") INSERT INTO sample SELECT i, i * 7919, i / 3.0, i * 0.25 + 1,"
        + " 'name ' || i, 'a text of some more length, ' || (i * 31) FROM n";
  }

  /** A row. */
  record Row(long a, long b, double c, double d, String e, String f) {

    static Row of(long i) {
      return new Row(
          i, i * 7919, i / 3.0, i * 0.25 + 1, "name " + i, "a text of some more length, " + i * 31);
    }
  }

  /** The rows as one batch; owned by the caller. */
  static VectorSchemaRoot batch(BufferAllocator allocator) {
    BigIntVector a = new BigIntVector("a", allocator);
    BigIntVector b = new BigIntVector("b", allocator);
    Float8Vector c = new Float8Vector("c", allocator);
    Float8Vector d = new Float8Vector("d", allocator);
    VarCharVector e = new VarCharVector("e", allocator);
    VarCharVector f = new VarCharVector("f", allocator);
    for (int i = 0; i < ROWS.size(); i++) {
      Row row = ROWS.get(i);
      a.setSafe(i, row.a());
      b.setSafe(i, row.b());
      c.setSafe(i, row.c());
      d.setSafe(i, row.d());
      e.setSafe(i, row.e().getBytes(StandardCharsets.UTF_8));
      f.setSafe(i, row.f().getBytes(StandardCharsets.UTF_8));
    }
    VectorSchemaRoot root = VectorSchemaRoot.of(a, b, c, d, e, f);
    root.setRowCount(ROWS.size());
    return root;
  }

  /** The batch again and again, until there were so many rows; leaves the batch to its owner. */
  static final class Repeated implements BatchStream {

    private final VectorSchemaRoot batch;
    private long left;

    Repeated(VectorSchemaRoot batch, long rows) {
      this.batch = batch;
      this.left = rows;
    }

    @Override
    public VectorSchemaRoot root() {
      return batch;
    }

    @Override
    public boolean next() {
      left -= batch.getRowCount();
      return left >= 0;
    }

    @Override
    public void close() {}
  }
}
