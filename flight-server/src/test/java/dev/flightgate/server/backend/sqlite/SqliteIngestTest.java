package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.IngestTarget;
import dev.flightgate.server.backend.IngestTarget.Mode;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.TimeStampSecVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** Ingest of what only SQLite treats so: its types, its catalogs, its constraints. */
final class SqliteIngestTest extends SqliteFixture {

  /** One batch of one row. */
  private record OneBatch(VectorSchemaRoot root, AtomicBoolean given) implements BatchStream {
    @Override
    public boolean next() {
      if (given.getAndSet(true)) {
        root.clear();
        return false;
      }
      return true;
    }

    @Override
    public void close() {
      root.close();
    }
  }

  private BatchStream one(FieldVector... vectors) {
    VectorSchemaRoot root = VectorSchemaRoot.of(vectors);
    root.setRowCount(1);
    return closing(new OneBatch(root, new AtomicBoolean()));
  }

  private <V extends FieldVector> V filled(V vector, Consumer<V> set) {
    vector.allocateNew();
    set.accept(vector);
    return vector;
  }

  private FieldVector of(ArrowType type) {
    return Field.nullable("c", type).createVector(allocator);
  }

  private static IngestTarget into(String table, Mode mode) {
    return new IngestTarget(null, null, table, mode, false);
  }

  private String roundTrip(BackendSession session, FieldVector vector) {
    Mode mode = Mode.REPLACE;
    assertThat(session.ingest(into("r", mode), one(vector))).isEqualTo(1);
    return rows(session, "SELECT c FROM r");
  }

  @Test
  void ingest_types_readBackExactly() {
    BackendSession session = session(open());
    assertThat(roundTrip(session, filled(new TinyIntVector("c", allocator), v -> v.set(0, -7))))
        .isEqualTo("-7");
    assertThat(roundTrip(session, filled(new UInt8Vector("c", allocator), v -> v.set(0, 7))))
        .isEqualTo("7");
    assertThat(roundTrip(session, filled(new Float4Vector("c", allocator), v -> v.set(0, 0.5f))))
        .isEqualTo("0.5");
    assertThat(
            roundTrip(
                session,
                filled(new LargeVarCharVector("c", allocator), v -> v.setSafe(0, new byte[] {65}))))
        .isEqualTo("A");
    assertThat(
            roundTrip(
                session,
                filled(
                    (FixedSizeBinaryVector) of(new ArrowType.FixedSizeBinary(2)),
                    v -> v.set(0, new byte[] {1, 2}))))
        .isEqualTo("0102");
    assertThat(
            roundTrip(
                session,
                filled(
                    (DurationVector) of(new ArrowType.Duration(TimeUnit.MILLISECOND)),
                    v -> v.set(0, 1500))))
        .isEqualTo("1500");
  }

  @Test
  void ingest_decimals_keepEveryDigit() {
    BackendSession session = session(open());
    for (String digits : List.of("0.01", "-9999999999999.99", "123.40")) {
      DecimalVector vector = (DecimalVector) of(new ArrowType.Decimal(15, 2, 128));
      assertThat(roundTrip(session, filled(vector, v -> v.set(0, new BigDecimal(digits)))))
          .isEqualTo(digits);
    }
    String wide = "-1234567890123456789012345678.0123456789";
    DecimalVector vector = (DecimalVector) of(new ArrowType.Decimal(38, 10, 128));
    assertThat(roundTrip(session, filled(vector, v -> v.set(0, new BigDecimal(wide)))))
        .isEqualTo(wide);
    DecimalVector whole = (DecimalVector) of(new ArrowType.Decimal(18, 0, 128));
    assertThat(
            roundTrip(session, filled(whole, v -> v.set(0, new BigDecimal("999999999999999999")))))
        .isEqualTo("999999999999999999");
    Decimal256Vector huge = (Decimal256Vector) of(new ArrowType.Decimal(20, 4, 256));
    assertThat(
            roundTrip(
                session, filled(huge, v -> v.set(0, new BigDecimal("1234567890123456.7891")))))
        .isEqualTo("1234567890123456.7891");
  }

  @Test
  void ingest_temporals_keepTheirUnit() {
    BackendSession session = session(open());
    assertThat(
            roundTrip(session, filled(new TimeStampNanoVector("c", allocator), v -> v.set(0, -1L))))
        .isEqualTo("1969-12-31T23:59:59.999999999");
    assertThat(
            roundTrip(
                session, filled(new TimeStampSecVector("c", allocator), v -> v.set(0, 86_400L))))
        .isEqualTo("1970-01-02T00:00");
    assertThat(
            roundTrip(
                session,
                filled(
                    new TimeStampMilliTZVector("c", allocator, "Europe/Paris"), v -> v.set(0, 1L))))
        .isEqualTo("1");
    assertThat(
            roundTrip(
                session, filled(new DateMilliVector("c", allocator), v -> v.set(0, -86_400_000L))))
        .isEqualTo("-1");
    assertThat(roundTrip(session, filled(new TimeSecVector("c", allocator), v -> v.set(0, 61))))
        .isEqualTo("61");
    assertThat(roundTrip(session, filled(new TimeMilliVector("c", allocator), v -> v.set(0, 61))))
        .contains("00:00:00.061");
    assertThat(roundTrip(session, filled(new TimeNanoVector("c", allocator), v -> v.set(0, 61))))
        .isEqualTo("61");
  }

  @Test
  void ingest_valueSqliteCannotHold_isRefusedAndChangesNothing() {
    BackendSession session = session(open());
    BatchStream unsigned = one(filled(new UInt8Vector("c", allocator), v -> v.set(0, -1)));
    assertThat(fails(Kind.INVALID_DATA, () -> session.ingest(into("a", Mode.CREATE), unsigned)))
        .hasMessageContaining("18446744073709551615");
    BatchStream nested = one(ListVector.empty("c", allocator));
    fails(Kind.UNSUPPORTED, () -> session.ingest(into("a", Mode.CREATE), nested));
    fails(Kind.NOT_FOUND, () -> rows(session, "SELECT * FROM a"));
    assertThat(run(session, "CREATE TABLE a(x)")).isZero();
  }

  @Test
  void ingest_typesThatDoNotFitTheTable_areInvalidData() {
    BackendSession session = session(open());
    run(session, "CREATE TABLE a(c INTEGER, d DATE)");
    BatchStream text =
        one(filled(new VarCharVector("C", allocator), v -> v.setSafe(0, new byte[] {65})));
    assertThat(fails(Kind.INVALID_DATA, () -> session.ingest(into("a", Mode.APPEND), text)))
        .hasMessageContaining("\"C\" is INTEGER in table \"a\"");
    BatchStream twice = one(new BigIntVector("c", allocator), new BigIntVector("C", allocator));
    fails(Kind.INVALID_DATA, () -> session.ingest(into("a", Mode.APPEND), twice));
    BatchStream fitting = one(filled(new BigIntVector("C", allocator), v -> v.set(0, 5)));
    assertThat(session.ingest(into("A", Mode.APPEND), fitting)).isEqualTo(1);
    assertThat(rows(session, "SELECT * FROM a")).isEqualTo("5 | NULL");
  }

  @Test
  void ingest_catalog_isAnAttachedDatabase() {
    BackendSession session = session(open());
    run(session, "ATTACH ':memory:' AS \"o ther\"");
    BatchStream batch = one(filled(new BigIntVector("c", allocator), v -> v.set(0, 5)));
    session.ingest(new IngestTarget("o ther", null, "a", Mode.CREATE, false), batch);
    assertThat(rows(session, "SELECT c FROM \"o ther\".a")).isEqualTo("5");
    BatchStream lost = one(new BigIntVector("c", allocator));
    fails(
        Kind.NOT_FOUND,
        () -> session.ingest(new IngestTarget("none", null, "a", Mode.CREATE, false), lost));
    fails(
        Kind.NOT_FOUND,
        () -> session.ingest(new IngestTarget(null, "none", "a", Mode.CREATE, false), lost));
  }

  @Test
  void ingest_failsInTransaction_keepsWhatCameBefore() {
    Backend backend = open();
    BackendSession session = session(backend);
    run(session, "CREATE TABLE a(c INTEGER UNIQUE)");
    session.begin();
    run(session, "INSERT INTO a VALUES (5)");
    BatchStream batch = one(filled(new BigIntVector("c", allocator), v -> v.set(0, 5)));
    fails(Kind.INVALID_DATA, () -> session.ingest(into("a", Mode.APPEND), batch));
    run(session, "INSERT INTO a VALUES (6)");
    session.commit();
    assertThat(rows(session(backend), "SELECT c FROM a")).isEqualTo("5\n6");
  }

  @Test
  void ingest_readOnly_isRefused() {
    Backend backend = open();
    BatchStream batch =
        closing(
            new OneBatch(
                VectorSchemaRoot.create(
                    new Schema(List.of(Field.nullable("c", SqliteTypes.INT64))), allocator),
                new AtomicBoolean(true)));
    fails(
        Kind.PERMISSION_DENIED,
        () -> readOnlySession(backend).ingest(into("a", Mode.CREATE), batch));
    fails(
        Kind.PERMISSION_DENIED,
        () ->
            readOnlySession(backend)
                .ingest(new IngestTarget(null, null, "a", Mode.CREATE, true), batch));
  }
}
