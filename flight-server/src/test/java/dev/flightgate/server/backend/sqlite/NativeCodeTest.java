package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.PreparedQuery;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Native code reads what the driver reads, misfits and failures included. */
final class NativeCodeTest extends SqliteFixture {

  private static final int ROWS = 700;

  private static final List<String> VALUES =
      List.of(
          "NULL",
          "0",
          "1",
          "-1",
          "9223372036854775807",
          "-9223372036854775808",
          "0.0",
          "1.5",
          "1e300",
          "9e999",
          "''",
          "'5'",
          "'5abc'",
          "'true'",
          "'exactly8'",
          "'é😀 and more'",
          "'a' || char(0) || 'b'",
          "'2024-02-29'",
          "'2024-02-29 12:34:56.789'",
          "'12:34:56'",
          "X''",
          "X'00FF'",
          "zeroblob(0)",
          "zeroblob(70000)",
          "CAST(X'41FF42' AS TEXT)",
          "CAST(X'EDA080' AS TEXT)");

  private static final List<String> TYPES =
      List.of(
          "INTEGER",
          "REAL",
          "TEXT",
          "BLOB",
          "DECIMAL(10,2)",
          "BOOLEAN",
          "DATE",
          "TIME",
          "TIMESTAMP");

  @BeforeAll
  static void library() throws Exception {
    NativeLibraryFile.require();
  }

  private void fill(BackendSession session) {
    StringBuilder columns = new StringBuilder("n INTEGER PRIMARY KEY");
    for (int c = 0; c < TYPES.size(); c++) {
      columns.append(", c").append(c).append(' ').append(TYPES.get(c));
    }
    run(session, "CREATE TABLE t(" + columns + ", x)");
    for (String value : VALUES) {
      run(session, "INSERT INTO t VALUES (NULL" + (", " + value).repeat(TYPES.size() + 1) + ")");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "text"})
  void rows_ofEveryTypeAndValue_areTheDrivers(String misfit) {
    BackendSession driver = session(open("sqlite.native-code", "off", "sqlite.misfit", misfit));
    BackendSession nativeCode = session(open("sqlite.native-code", "on", "sqlite.misfit", misfit));
    fill(driver);
    String sql = "SELECT c0, c1, c2, c4, c5, c6, c7, c8, x FROM t ORDER BY n";
    assertThat(rows(nativeCode, sql)).isEqualTo(rows(driver, sql)).hasLineCount(VALUES.size());
  }

  @Test
  void eachMisfit_failsAsTheDriversDoes() {
    BackendSession driver = session(open("sqlite.native-code", "off"));
    BackendSession nativeCode = session(open("sqlite.native-code", "on"));
    fill(driver);
    int misfits = 0;
    for (int c = 0; c < TYPES.size(); c++) {
      for (int n = 1; n <= VALUES.size(); n++) {
        String sql = "SELECT c" + c + " FROM t WHERE n = " + n;
        String expected = outcome(driver, sql);
        assertThat(outcome(nativeCode, sql)).isEqualTo(expected);
        misfits += expected.startsWith("INVALID_DATA") ? 1 : 0;
      }
    }
    assertThat(misfits).isGreaterThan(TYPES.size());
  }

  private String outcome(BackendSession session, String sql) {
    try {
      return rows(session, sql);
    } catch (BackendException e) {
      return e.kind() + " " + e.getMessage();
    }
  }

  @Test
  void failureAfterManyRows_isTheDriversAndLeavesTheSessionUsable() {
    BackendSession driver = session(open("sqlite.native-code", "off"));
    BackendSession nativeCode = session(open("sqlite.native-code", "on"));
    String sql =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)"
            + " SELECT abs(CASE WHEN i = 9000 THEN -9223372036854775808 ELSE i END) AS a FROM n";
    assertThat(outcome(nativeCode, sql))
        .isEqualTo(outcome(driver, sql))
        .contains("integer overflow");
    assertThat(rows(nativeCode, "SELECT 'on' AS t")).isEqualTo("on");
  }

  @Test
  void rows_ofTheSessionsOwnTransaction_areSeen() {
    BackendSession session = session(open("sqlite.native-code", "on"));
    run(session, "CREATE TABLE t(a INTEGER)");
    session.begin();
    run(session, "INSERT INTO t VALUES (1)", "CREATE TEMP TABLE u AS SELECT 2 AS b");
    assertThat(rows(session, "SELECT a, b FROM t, u")).isEqualTo("1 | 2");
    session.rollback();
    assertThat(rows(session, "SELECT count(*) AS c FROM t")).isEqualTo("0");
  }

  @Test
  void cancel_betweenBatches_endsTheStream() {
    BackendSession session = session(open("sqlite.native-code", "on"));
    try (PreparedQuery query =
            session.prepare(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n");
        BatchStream stream = query.openStream(Parameters.NONE, 0, allocator)) {
      assertThat(stream.next()).isTrue();
      session.cancel();
      fails(Kind.CANCELLED, stream::next);
    }
  }

  @Test
  void utf16Database_isReadThroughTheDriver() {
    String sql = "PRAGMA encoding = 'UTF-16'; CREATE TABLE t(c TEXT); INSERT INTO t VALUES ('é😀')";
    BackendSession session =
        session(open(options(file().toString(), false, sql, Map.of("sqlite.native-code", "on"))));
    assertThat(rows(session, "SELECT c FROM t")).isEqualTo("é😀");
    assertThat(ingested(session)).isEqualTo(ingested(session(open("sqlite.native-code", "off"))));
  }

  @Test
  void ingest_ofEveryTypeBoundByAddress_storesWhatTheDriverStores() {
    BackendSession driver = session(open("sqlite.native-code", "off"));
    String expected = ingested(driver);
    assertThat(expected).contains("integer|-7", "real|0.5", "text|é😀", "text||", "blob|", "null|");
    assertThat(ingested(session(open("sqlite.native-code", "on")))).isEqualTo(expected);
  }

  @Test
  void ingest_ofEmptyTextsOnly_storesNoNull() {
    BackendSession session = session(open("sqlite.native-code", "on"));
    try (VarCharVector texts = new VarCharVector("t", allocator)) {
      texts.allocateNew(0, ROWS);
      for (int row = 0; row < ROWS; row++) {
        texts.setSafe(row, new byte[0]);
      }
      texts.setValueCount(ROWS);
      session.ingest(
          new IngestTarget(null, null, "u", IngestTarget.Mode.REPLACE, false),
          new Once(VectorSchemaRoot.of(texts)));
    }
    assertThat(rows(session, "SELECT typeof(t) AS k, count(*) AS n FROM u GROUP BY k"))
        .isEqualTo("text | " + ROWS);
  }

  private String ingested(BackendSession session) {
    try (VectorSchemaRoot root = sample()) {
      session.ingest(
          new IngestTarget(null, null, "u", IngestTarget.Mode.REPLACE, false), new Once(root));
    }
    return rows(
        session,
        "SELECT group_concat("
            + "typeof(i) || '|' || quote(i) || '|' || typeof(r) || '|' || quote(r) || '|' ||"
            + " typeof(t) || '|' || coalesce(t, '') || '|' || typeof(b) || '|' || quote(b)"
            + ", char(10)) AS c FROM (SELECT * FROM u ORDER BY rowid)");
  }

  /** So many rows that whole statements and single rows are run; one text is no UTF-8. */
  private VectorSchemaRoot sample() {
    IntVector integers = new IntVector("i", allocator);
    Float4Vector reals = new Float4Vector("r", allocator);
    VarCharVector texts = new VarCharVector("t", allocator);
    VarBinaryVector blobs = new VarBinaryVector("b", allocator);
    String[] words = {"", "plain", "é😀"};
    for (int row = 0; row < ROWS; row++) {
      if (row % 5 == 4) {
        List.of(integers, reals, texts, blobs).get(row % 4).setNull(row);
      }
      if (row % 5 != 4 || row % 4 != 0) {
        integers.setSafe(row, row - 7);
      }
      if (row % 5 != 4 || row % 4 != 1) {
        reals.setSafe(row, row / 2f);
      }
      if (row % 5 != 4 || row % 4 != 2) {
        byte[] text = words[row % 3].getBytes(StandardCharsets.UTF_8);
        texts.setSafe(row, row == 300 ? new byte[] {'x', (byte) 0xff} : text);
      }
      if (row % 5 != 4 || row % 4 != 3) {
        blobs.setSafe(row, new byte[row % 3]);
      }
    }
    VectorSchemaRoot root = VectorSchemaRoot.of(integers, reals, texts, blobs);
    root.setRowCount(ROWS);
    return root;
  }

  @Test
  void ingest_thatBreaksAConstraint_failsAsTheDriversDoesAndStoresNothing() {
    for (String nativeCode : List.of("off", "on")) {
      BackendSession session = session(open("sqlite.native-code", nativeCode));
      run(session, "CREATE TABLE u(i INTEGER CHECK (i <> 100), r REAL, t TEXT, b BLOB)");
      try (VectorSchemaRoot root = sample()) {
        BackendException failure =
            fails(
                Kind.INVALID_DATA,
                () ->
                    session.ingest(
                        new IngestTarget(null, null, "u", IngestTarget.Mode.APPEND, false),
                        new Once(root)));
        assertThat(failure).hasMessageContaining("CHECK constraint failed: i <> 100");
      }
      assertThat(rows(session, "SELECT count(*) AS c FROM u")).isEqualTo("0");
      run(session, "DROP TABLE u");
    }
  }

  /** One batch. */
  private static final class Once implements BatchStream {

    private final VectorSchemaRoot root;
    private boolean done;

    Once(VectorSchemaRoot root) {
      this.root = root;
    }

    @Override
    public VectorSchemaRoot root() {
      return root;
    }

    @Override
    public boolean next() {
      boolean first = !done;
      done = true;
      return first;
    }

    @Override
    public void close() {}
  }
}
