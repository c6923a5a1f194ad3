package dev.flightgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ParameterRowTest {

  private final BufferAllocator allocator = ArrowMemory.open();

  @AfterEach
  void close() {
    allocator.close();
  }

  @Test
  void values_ofEachKind_becomeOneTypedRow() {
    assertThat(types(true, (byte) 1, (short) 2, 3, 4L, 0.5f, 0.25, "text"))
        .containsExactly(
            "Bool",
            "Int(8, true)",
            "Int(16, true)",
            "Int(32, true)",
            "Int(64, true)",
            "FloatingPoint(SINGLE)",
            "FloatingPoint(DOUBLE)",
            "Utf8");
    assertThat(
            types(
                null,
                new byte[] {1},
                new UUID(0, 1),
                LocalDate.EPOCH,
                LocalTime.NOON,
                LocalDateTime.MIN.withYear(1),
                Instant.EPOCH,
                OffsetDateTime.parse("2024-01-01T00:00:00+02:00")))
        .containsExactly(
            "Null",
            "Binary",
            "Utf8",
            "Date(DAY)",
            "Time(NANOSECOND, 64)",
            "Timestamp(MICROSECOND, null)",
            "Timestamp(MICROSECOND, UTC)",
            "Timestamp(MICROSECOND, UTC)");
  }

  @Test
  void decimals_keepEveryDigit() {
    BigDecimal wide = new BigDecimal("-12345678901234567890123456789012345678901234567890.12345");
    try (VectorSchemaRoot row =
        ParameterRow.of(
            allocator, new BigDecimal("1.10"), new BigDecimal("2E+3"), BigInteger.TEN, wide)) {
      assertThat(row.getVector(0).getObject(0)).isEqualTo(new BigDecimal("1.10"));
      assertThat(row.getVector(1).getObject(0)).isEqualTo(new BigDecimal("2000"));
      assertThat(row.getVector(2).getObject(0)).isEqualTo(new BigDecimal("10"));
      assertThat(row.getVector(3).getObject(0)).isEqualTo(wide);
    }
  }

  @Test
  void value_ofAnUnknownClass_isRefusedAndNothingLeaks() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParameterRow.of(allocator, "kept until then", new Object()))
        .withMessage("parameter 2: cannot be bound: java.lang.Object");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ParameterRow.of(allocator, new BigDecimal("1E-77")))
        .withMessage("parameter 1: at most 76 digits, has 77");
  }

  private List<String> types(@Nullable Object... values) {
    try (VectorSchemaRoot row = ParameterRow.of(allocator, values)) {
      assertThat(row.getRowCount()).isEqualTo(1);
      return row.getSchema().getFields().stream()
          .map(Field::getType)
          .map(Object::toString)
          .toList();
    }
  }
}
