package dev.flightgate.server.types;

import static dev.flightgate.server.types.ArrowSamples.decimal;
import static dev.flightgate.server.types.ArrowSamples.field;
import static org.apache.arrow.vector.types.TimeUnit.MICROSECOND;
import static org.apache.arrow.vector.types.TimeUnit.MILLISECOND;
import static org.apache.arrow.vector.types.TimeUnit.NANOSECOND;
import static org.apache.arrow.vector.types.TimeUnit.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.flight.SqlClient;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bits that are no value of their type, or none of the engine's, are refused, never changed. */
class MisfitTest {

  private static final String TOO_FINE = "DuckDB's intervals are exact to the microsecond";
  private static final Map<Engine, SqlClient> CLIENTS = new EnumMap<>(Engine.class);
  private static RunningGateway gateway;

  /**
   * Values as the bits of their type.
   *
   * @param fits the last one that does
   * @param duckDb part of the reason why the next does not
   * @param sqlite the same; "" where SQLite has such a value
   */
  record Misfit(ArrowType type, BigInteger fits, BigInteger next, String duckDb, String sqlite) {

    String reason(Engine engine) {
      return switch (engine) {
        case DUCKDB -> duckDb;
        case SQLITE -> sqlite;
      };
    }
  }

  @BeforeAll
  static void start() {
    gateway = RunningGateway.start();
    for (Engine engine : Engine.values()) {
      CLIENTS.put(engine, SqlClient.login(gateway, "alice", engine.database()));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    for (SqlClient client : CLIENTS.values()) {
      client.close();
    }
    gateway.close();
  }

  static Stream<Misfit> misfits() {
    ArrowType days = new ArrowType.Date(DateUnit.DAY);
    ArrowType millis = new ArrowType.Date(DateUnit.MILLISECOND);
    BigInteger ten38 = BigInteger.TEN.pow(38);
    return Stream.of(
        misfit(decimal(4, 2, 128), 9_999, 10_000, "100.00 is no value of Decimal(4, 2, 128)"),
        misfit(decimal(4, 2, 128), -9_999, -10_000, "-100.00 is no value of Decimal(4, 2, 128)"),
        misfit(decimal(18, 0, 128), BigInteger.TEN.pow(18), false),
        misfit(decimal(18, 0, 128), BigInteger.TEN.pow(18), true),
        misfit(decimal(19, 3, 128), BigInteger.TEN.pow(19), false),
        misfit(decimal(19, 3, 128), BigInteger.TEN.pow(19), true),
        misfit(decimal(38, 5, 128), ten38, false),
        misfit(decimal(38, 5, 128), ten38, true),
        misfit(decimal(4, 0, 128), BigInteger.ONE.shiftLeft(64), "18446744073709551616 is no"),
        misfit(decimal(4, 0, 128), BigInteger.ONE.shiftLeft(127).negate(), "is no value of"),
        misfit(decimal(38, 0, 128), BigInteger.ONE.shiftLeft(127).negate(), "is no value of"),
        time(SECOND, 32, 86_400),
        time(MILLISECOND, 32, 86_400_000),
        time(MICROSECOND, 64, 86_400_000_000L),
        time(NANOSECOND, 64, 86_400_000_000_000L),
        misfit(new ArrowType.Time(SECOND, 32), 0, -1, "-1 is no value of Time(SECOND, 32)", "-1"),
        misfit(
            new ArrowType.Time(NANOSECOND, 64),
            0,
            Long.MIN_VALUE,
            "is no value of Time",
            "NanoOfDay"),
        misfit(days, -141_425, Integer.MIN_VALUE, "-2147483648 is no value of", "outside of"),
        misfit(millis, -86_400_000, -1, "which has whole days only: send a timestamp"),
        misfit(millis, 86_400_000, 1, "which has whole days only: send a timestamp"),
        misfit(millis, 0, 86_400_000L << 31, "that DuckDB has", "outside of"),
        misfit(new ArrowType.Duration(NANOSECOND), -1_000, -1, TOO_FINE, ""));
  }

  private static Misfit time(org.apache.arrow.vector.types.TimeUnit unit, int bits, long day) {
    return misfit(
        new ArrowType.Time(unit, bits), day - 1, day + 1, (day + 1) + " is no value", "NanoOfDay");
  }

  private static Misfit misfit(ArrowType type, BigInteger limit, boolean negative) {
    BigInteger most = limit.subtract(BigInteger.ONE);
    return negative
        ? new Misfit(type, most.negate(), limit.negate(), "is no value of", "is no value of")
        : new Misfit(type, most, limit, "is no value of", "is no value of");
  }

  private static Misfit misfit(ArrowType type, BigInteger next, String reason) {
    return new Misfit(type, BigInteger.ZERO, next, reason, reason);
  }

  private static Misfit misfit(ArrowType type, long fits, long next, String reason) {
    return misfit(type, fits, next, reason, reason);
  }

  private static Misfit misfit(ArrowType type, long fits, long next, String duckDb, String sqlite) {
    return new Misfit(type, BigInteger.valueOf(fits), BigInteger.valueOf(next), duckDb, sqlite);
  }

  static Stream<Arguments> onEachEngine() {
    return misfits()
        .flatMap(
            misfit -> Arrays.stream(Engine.values()).map(engine -> Arguments.of(misfit, engine)));
  }

  /** The same bits in place of a NULL are nobody's value. */
  @ParameterizedTest
  @MethodSource("onEachEngine")
  void ingest_bitsThatAreNoValue_areRefusedWithColumnAndRow(Misfit misfit, Engine engine) {
    SqlClient client = Objects.requireNonNull(CLIENTS.get(engine));
    BufferAllocator allocator = client.allocator();
    Field field = field(misfit.type());
    assertThat(ingested(client, written(field, allocator, misfit.fits(), misfit.next(), 1)))
        .isEmpty();
    assertThat(client.query("select count(*), count(v) from sent").toString())
        .isEqualTo("[[2, 1]]");
    String refusal = ingested(client, written(field, allocator, misfit.fits(), misfit.next(), 2));
    if (misfit.reason(engine).isEmpty()) {
      assertThat(refusal).isEmpty();
      return;
    }
    assertThat(refusal)
        .startsWith("INVALID_ARGUMENT: ")
        .contains("\"v\", row 2 of a batch: ")
        .contains(misfit.reason(engine));
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void ingest_bitsThatAreNoValueInAList_areRefused(Misfit misfit) {
    SqlClient client = Objects.requireNonNull(CLIENTS.get(Engine.DUCKDB));
    ListVector list = ListVector.empty("v", client.allocator());
    list.initializeChildrenFromFields(List.of(Field.nullable("item", misfit.type())));
    list.allocateNew();
    list.startNewValue(0);
    write((BaseFixedWidthVector) list.getDataVector(), 0, misfit.next());
    list.endValue(0, 1);
    list.setValueCount(1);
    assertThat(ingested(client, list))
        .startsWith("INVALID_ARGUMENT: column \"v\", value 1 of a batch: ")
        .contains(misfit.duckDb());
  }

  static Stream<Misfit> spans() {
    return Stream.of(
        misfit(new ArrowType.Duration(SECOND), 9_223_372_036L, Long.MAX_VALUE, "", ""),
        misfit(new ArrowType.Duration(MILLISECOND), 1, Long.MAX_VALUE, "", ""),
        misfit(new ArrowType.Duration(NANOSECOND), 1_000, Long.MIN_VALUE, "", ""),
        misfit(new ArrowType.Date(DateUnit.DAY), 1, Integer.MIN_VALUE, "", ""),
        misfit(new ArrowType.Date(DateUnit.MILLISECOND), 86_400_000, 86_400_000L << 31, "", ""),
        misfit(new ArrowType.Date(DateUnit.MILLISECOND), 86_400_000, 1, "", ""),
        misfit(new ArrowType.Time(MICROSECOND, 64), 1, Long.MIN_VALUE, "", ""));
  }

  @ParameterizedTest
  @MethodSource("spans")
  void boundAndIngested_spansThatDuckDbCannotHold_areRefused(Misfit misfit) throws Exception {
    SqlClient client = Objects.requireNonNull(CLIENTS.get(Engine.DUCKDB));
    Field field = field(misfit.type());
    FieldVector sent = written(field, client.allocator(), misfit.fits(), misfit.next(), 2);
    assertThat(ingested(client, sent)).startsWith("INVALID_ARGUMENT: ");
    assertThat(bound(client, written(field, client.allocator(), misfit.next(), misfit.fits(), 1)))
        .startsWith("INVALID_ARGUMENT: ");
  }

  private static String ingested(SqlClient client, FieldVector sent) {
    try (VectorSchemaRoot rows = VectorSchemaRoot.of(sent)) {
      client.sql().executeIngest(rows, ArrowTypesTest.INGEST, client.options());
      return "";
    } catch (FlightRuntimeException refused) {
      return refused.status().code() + ": " + refused.status().description();
    }
  }

  private static String bound(SqlClient client, FieldVector sent) {
    try (PreparedStatement select = client.sql().prepare("SELECT ? AS v", client.options())) {
      try {
        select.setParameters(VectorSchemaRoot.of(sent));
        return client.rows(select.execute(client.options())).toString();
      } catch (FlightRuntimeException refused) {
        return refused.status().code() + ": " + refused.status().description();
      } finally {
        select.close(client.options());
      }
    }
  }

  /** Two rows of such bits, of which so many are no NULL. */
  private static FieldVector written(
      Field field, BufferAllocator allocator, BigInteger first, BigInteger second, int values) {
    BaseFixedWidthVector vector = (BaseFixedWidthVector) field.createVector(allocator);
    vector.allocateNew(2);
    write(vector, 0, first);
    write(vector, 1, second);
    for (int row = values; row < 2; row++) {
      BitVectorHelper.unsetBit(vector.getValidityBuffer(), row);
    }
    vector.setValueCount(2);
    return vector;
  }

  private static void write(BaseFixedWidthVector vector, int row, BigInteger bits) {
    ArrowBuf data = vector.getDataBuffer();
    int width = vector.getTypeWidth();
    BitVectorHelper.setBit(vector.getValidityBuffer(), row);
    if (width == Integer.BYTES) {
      data.setInt((long) row * width, bits.intValue());
    } else {
      data.setLong((long) row * width, bits.longValue());
    }
    if (width > Long.BYTES) {
      data.setLong((long) row * width + Long.BYTES, bits.shiftRight(Long.SIZE).longValue());
    }
  }
}
