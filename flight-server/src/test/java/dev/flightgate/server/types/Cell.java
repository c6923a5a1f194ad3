package dev.flightgate.server.types;

import java.math.BigDecimal;
import java.sql.Blob;
import java.sql.Date;
import java.sql.SQLException;
import java.sql.Struct;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * A value as text, the same text wherever it was read: {@code [1, NULL]}, {@code {a: 0x00}}, {@code
 * {k=v}} for a map, dates and times in ISO 8601, to the nanosecond.
 */
final class Cell {

  private static final long DAY = 86_400_000_000_000L;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSSSS");
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS");

  private Cell() {}

  /** What an Arrow client reads. */
  static String of(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return "NULL";
    }
    if (vector instanceof StructVector struct) {
      return struct.getChildrenFromFields().stream()
          .map(child -> child.getName() + ": " + of(child, row))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (vector instanceof MapVector map) {
      List<FieldVector> entry = map.getDataVector().getChildrenFromFields();
      return elements(map, row)
          .mapToObj(i -> of(entry.get(0), i) + "=" + of(entry.get(1), i))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (vector instanceof BaseListVector list) {
      FieldVector elements = vector.getChildrenFromFields().get(0);
      return elements(list, row)
          .mapToObj(i -> of(elements, i))
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return flat(vector, row);
  }

  private static IntStream elements(BaseListVector list, int row) {
    return IntStream.range(list.getElementStartIndex(row), list.getElementEndIndex(row));
  }

  private static String flat(FieldVector vector, int row) {
    ArrowType type = vector.getField().getType();
    if (type instanceof ArrowType.Time time) {
      long value = number((BaseFixedWidthVector) vector, row);
      long nanos = value * nanos(time.getUnit());
      return nanos == DAY ? "24:00:00" : TIME.format(LocalTime.ofNanoOfDay(nanos));
    }
    if (type instanceof ArrowType.Timestamp timestamp) {
      long value = number((BaseFixedWidthVector) vector, row);
      long perSecond = 1_000_000_000 / nanos(timestamp.getUnit());
      Instant instant =
          Instant.ofEpochSecond(
              Math.floorDiv(value, perSecond),
              Math.floorMod(value, perSecond) * nanos(timestamp.getUnit()));
      return timestamp.getTimezone() == null
          ? TIMESTAMP.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC))
          : TIMESTAMP.format(instant.atOffset(ZoneOffset.UTC)) + "Z";
    }
    if (vector instanceof DateDayVector days) {
      return LocalDate.ofEpochDay(days.get(row)).toString();
    }
    if (vector instanceof IntervalMonthDayNanoVector) {
      ArrowBuf data = vector.getDataBuffer();
      return interval(
          IntervalMonthDayNanoVector.getMonths(data, row),
          IntervalMonthDayNanoVector.getDays(data, row),
          IntervalMonthDayNanoVector.getNanoseconds(data, row));
    }
    return of(unsigned(vector, row));
  }

  private static @Nullable Object unsigned(FieldVector vector, int row) {
    if (vector instanceof UInt1Vector bytes) {
      return bytes.get(row) & 0xFF;
    } else if (vector instanceof UInt2Vector chars) {
      return (int) chars.get(row);
    } else if (vector instanceof UInt4Vector ints) {
      return Integer.toUnsignedString(ints.get(row));
    } else if (vector instanceof UInt8Vector longs) {
      return Long.toUnsignedString(longs.get(row));
    }
    return vector.getObject(row);
  }

  private static long number(BaseFixedWidthVector vector, int row) {
    ArrowBuf data = vector.getDataBuffer();
    return vector.getTypeWidth() == Integer.BYTES
        ? data.getInt((long) row * Integer.BYTES)
        : data.getLong((long) row * Long.BYTES);
  }

  private static long nanos(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1_000_000_000;
      case MILLISECOND -> 1_000_000;
      case MICROSECOND -> 1_000;
      case NANOSECOND -> 1;
    };
  }

  static String interval(long months, long days, long nanos) {
    return months + " months " + days + " days " + nanos + " ns";
  }

  /** What a JDBC driver gives. */
  static String of(@Nullable Object value) {
    try {
      return java(value);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String java(@Nullable Object value) throws SQLException {
    if (value == null) {
      return "NULL";
    } else if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    } else if (value instanceof byte[] bytes) {
      return "0x" + HexFormat.of().formatHex(bytes);
    } else if (value instanceof Blob blob) {
      return java(blob.getBytes(1, (int) blob.length()));
    } else if (value instanceof Date date) {
      return date.toLocalDate().toString();
    } else if (value instanceof Time time) {
      return TIME.format(
          LocalTime.ofNanoOfDay(Math.floorMod(time.getTime(), 86_400_000L) * 1_000_000));
    } else if (value instanceof LocalTime time) {
      return TIME.format(time);
    } else if (value instanceof LocalDateTime timestamp) {
      return TIMESTAMP.format(timestamp);
    } else if (value instanceof Timestamp timestamp) {
      return TIMESTAMP.format(timestamp.toLocalDateTime());
    } else if (value instanceof OffsetDateTime offset) {
      return TIMESTAMP.format(offset.withOffsetSameInstant(ZoneOffset.UTC)) + "Z";
    } else if (value instanceof java.sql.Array array) {
      return java(array.getArray());
    } else if (value instanceof Object[] array) {
      return list(Arrays.asList(array));
    } else if (value instanceof List<?> list) {
      return list(list);
    } else if (value instanceof Struct struct) {
      return members(struct);
    } else if (value instanceof Map<?, ?> map) {
      List<String> entries = new ArrayList<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        entries.add(java(entry.getKey()) + "=" + java(entry.getValue()));
      }
      return entries.stream().collect(Collectors.joining(", ", "{", "}"));
    }
    return value.toString();
  }

  private static String list(List<?> values) {
    return values.stream().map(Cell::of).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String members(Struct struct) throws SQLException {
    if (struct instanceof org.duckdb.DuckDBStruct duckdb) {
      return duckdb.getMap().entrySet().stream()
          .map(member -> member.getKey() + ": " + of(member.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return list(Arrays.asList(struct.getAttributes()));
  }
}
