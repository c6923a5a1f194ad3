package dev.flightgate.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.complex.impl.UnionMapWriter;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CellTextTest {

  private final Columns columns = new Columns();

  @AfterEach
  void close() {
    columns.close();
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "1e7, 10000000.0",
    "123456789.25, 123456789.25",
    "1e300, 1.0E300",
    "-0.0, -0.0",
    "1e-5, 0.000010",
    "NaN, NaN",
    "-Infinity, -Infinity",
    "1e-9, 1.0E-9"
  })
  void double_isShownInFullUnlessHuge(double value, String text) {
    Float8Vector vector = of(memory -> new Float8Vector("d", memory));
    vector.setSafe(0, value);
    assertThat(CellText.of(vector, 0)).isEqualTo(text);
  }

  @Test
  void numbers_ofOtherTypes_keepEveryDigit() {
    UInt1Vector u1 = of(memory -> new UInt1Vector("u", memory));
    u1.setSafe(0, 255);
    UInt4Vector u4 = of(memory -> new UInt4Vector("u", memory));
    u4.setSafe(0, -1);
    UInt8Vector u8 = of(memory -> new UInt8Vector("u", memory));
    u8.setSafe(0, -1);
    Float4Vector f4 = of(memory -> new Float4Vector("f", memory));
    f4.setSafe(0, 0.1f);
    DecimalVector decimal = of(memory -> new DecimalVector("d", memory, 38, 3));
    decimal.setSafe(0, new BigDecimal("1000000000000.100"));

    assertThat(CellText.of(u1, 0)).isEqualTo("255");
    assertThat(CellText.of(u4, 0)).isEqualTo("4294967295");
    assertThat(CellText.of(u8, 0)).isEqualTo("18446744073709551615");
    assertThat(CellText.of(f4, 0)).isEqualTo("0.1");
    assertThat(CellText.of(decimal, 0)).isEqualTo("1000000000000.100");
  }

  @Test
  void moments_areIsoWithABlank() {
    DateDayVector date = of(memory -> new DateDayVector("d", memory));
    date.setSafe(0, -1);
    TimeMicroVector time = of(memory -> new TimeMicroVector("t", memory));
    time.setSafe(0, 1_500_000);
    TimeMicroVector midnight = of(memory -> new TimeMicroVector("t", memory));
    midnight.setSafe(0, 86_400_000_000L);
    TimeStampMicroVector micros = of(memory -> new TimeStampMicroVector("t", memory));
    micros.setSafe(0, -1);
    TimeStampNanoVector nanos = of(memory -> new TimeStampNanoVector("t", memory));
    nanos.setSafe(0, 1);
    FieldType zoned =
        FieldType.nullable(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "Europe/Berlin"));
    TimeStampMicroTZVector berlin = of(memory -> new TimeStampMicroTZVector("t", zoned, memory));
    berlin.setSafe(0, 0);

    assertThat(CellText.of(date, 0)).isEqualTo("1969-12-31");
    assertThat(CellText.of(time, 0)).isEqualTo("00:00:01.5");
    assertThat(CellText.of(midnight, 0)).isEqualTo("24:00:00");
    assertThat(CellText.of(micros, 0)).isEqualTo("1969-12-31 23:59:59.999999");
    assertThat(CellText.of(nanos, 0)).isEqualTo("1970-01-01 00:00:00.000000001");
    assertThat(CellText.of(berlin, 0)).isEqualTo("1970-01-01 01:00:00+01:00");
  }

  @Test
  void intervals_areOneIsoDuration() {
    IntervalMonthDayNanoVector interval = of(memory -> new IntervalMonthDayNanoVector("i", memory));
    interval.setSafe(0, 0, 3, 0);
    interval.setSafe(1, 1, 3, 4_500_000_000L);
    interval.setSafe(2, 0, 0, 0);

    assertThat(CellText.of(interval, 0)).isEqualTo("P3D");
    assertThat(CellText.of(interval, 1)).isEqualTo("P1M3DT4.5S");
    assertThat(CellText.of(interval, 2)).isEqualTo("PT0S");
  }

  @Test
  void others_haveOneTextEach() {
    BitVector bit = of(memory -> new BitVector("b", memory));
    bit.setSafe(0, 1);
    VarBinaryVector bytes = of(memory -> new VarBinaryVector("b", memory));
    bytes.setSafe(0, new byte[] {0, (byte) 0xFF});
    FieldVector nothing = of(memory -> new NullVector("n", 1));

    assertThat(CellText.of(bit, 0)).isEqualTo("true");
    assertThat(CellText.of(bytes, 0)).isEqualTo("\\x00ff");
    assertThat(CellText.of(nothing, 0)).isNull();
  }

  @Test
  void list_isJson_withNullsInside() {
    ListVector list = of(memory -> ListVector.empty("l", memory));
    UnionListWriter writer = list.getWriter();
    writer.setPosition(0);
    writer.startList();
    writer.writeBigInt(1);
    writer.writeNull();
    writer.writeBigInt(Long.MIN_VALUE);
    writer.endList();
    list.setValueCount(2);

    assertThat(CellText.of(list, 0)).isEqualTo("[1,null,-9223372036854775808]");
    assertThat(CellText.of(list, 1)).isNull();
  }

  @Test
  void struct_isAnObject_withNaNAndBytesAsTexts() {
    StructVector struct = of(memory -> StructVector.empty("s", memory));
    Float8Vector number =
        struct.addOrGet(
            "d", FieldType.nullable(Types.MinorType.FLOAT8.getType()), Float8Vector.class);
    number.setSafe(0, Double.NaN);
    struct.setIndexDefined(0);
    struct.setValueCount(1);

    assertThat(CellText.of(struct, 0)).isEqualTo("{\"d\":\"NaN\"}");
  }

  @Test
  void map_isAListOfEntries() {
    MapVector map = of(memory -> MapVector.empty("m", memory, false));
    UnionMapWriter writer = map.getWriter();
    writer.setPosition(0);
    writer.startMap();
    writer.startEntry();
    writer.key().bigInt().writeBigInt(7);
    writer.value().bigInt().writeBigInt(8);
    writer.endEntry();
    writer.endMap();
    map.setValueCount(1);

    assertThat(CellText.of(map, 0)).isEqualTo("[{\"key\":7,\"value\":8}]");
  }

  private <V extends FieldVector> V of(Function<BufferAllocator, V> maker) {
    return columns.add(maker);
  }
}
