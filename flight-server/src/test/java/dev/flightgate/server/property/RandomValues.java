package dev.flightgate.server.property;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Values for {@link Cells#write}: a third of them extremes, a fifth NULL. Of points of time only
 * what the engine can hold.
 */
final class RandomValues {

  private static final long DAY_SECONDS = 86_400;
  private static final String[] TEXTS = {
    "",
    " ",
    "\0",
    "a\0b",
    "'",
    "\"",
    "\\",
    "NULL",
    "äöü",
    "日本語",
    "😀👩‍👩‍👧",
    "\uFFFF",
    "\u200F",
    "e\u0301",
    "x".repeat(13),
    "x".repeat(5_000),
    "\r\n\t",
    "%_",
    "İı"
  };

  private final Random random;
  private final Engine engine;

  RandomValues(long seed, Engine engine) {
    this.random = new Random(seed);
    this.engine = engine;
  }

  @Nullable Object next(Field field) {
    return field.isNullable() && random.nextInt(5) == 0 ? null : some(field);
  }

  private @Nullable Object some(Field field) {
    ArrowType type = field.getType();
    return switch (type.getTypeID()) {
      case Null -> null;
      case Bool -> random.nextBoolean();
      case Int -> integer((ArrowType.Int) type);
      case FloatingPoint -> real(((ArrowType.FloatingPoint) type).getPrecision());
      case Decimal -> decimal((ArrowType.Decimal) type);
      case Utf8, LargeUtf8 -> text();
      case Binary, LargeBinary -> bytes(random.nextInt(random.nextInt(20) == 0 ? 5_000 : 20));
      case FixedSizeBinary -> bytes(((ArrowType.FixedSizeBinary) type).getByteWidth());
      case Date -> date((ArrowType.Date) type);
      case Time -> between(0, DAY_SECONDS * perSecond(((ArrowType.Time) type).getUnit()) - 1);
      case Timestamp -> timestamp(((ArrowType.Timestamp) type).getUnit());
      // DuckDB keeps a Duration as an INTERVAL, in microseconds that leave it as nanoseconds.
      case Duration -> {
        long thousand = ((ArrowType.Duration) type).getUnit() == TimeUnit.NANOSECOND ? 1_000 : 1;
        yield between(-9_000_000_000L, 9_000_000_000L) / thousand * thousand;
      }
      case Interval -> interval(((ArrowType.Interval) type).getUnit());
      case List, LargeList -> members(field, random.nextInt(4));
      case FixedSizeList -> members(field, ((ArrowType.FixedSizeList) type).getListSize());
      case Struct ->
          field.getChildren().stream()
              .map(this::next)
              .collect(ArrayList::new, List::add, List::addAll);
      case Map -> entries(field.getChildren().get(0));
      default -> throw new IllegalArgumentException("no values for " + type);
    };
  }

  private long between(long min, long max) {
    return switch (random.nextInt(9)) {
      case 0 -> min;
      case 1 -> max;
      case 2 -> Math.max(min, Math.min(max, random.nextInt(3) - 1));
      default -> random.nextLong(min, max) + random.nextInt(2);
    };
  }

  private long integer(ArrowType.Int type) {
    int bits = type.getBitWidth();
    if (bits == 64) {
      return between(
          type.getIsSigned() || engine == Engine.DUCKDB ? Long.MIN_VALUE : 0, Long.MAX_VALUE);
    }
    return type.getIsSigned()
        ? between(-(1L << (bits - 1)), (1L << (bits - 1)) - 1)
        : between(0, (1L << bits) - 1);
  }

  private double real(FloatingPointPrecision precision) {
    boolean single = precision == FloatingPointPrecision.SINGLE;
    return switch (random.nextInt(12)) {
      // SQLite has no NaN.
      case 0 -> engine == Engine.DUCKDB ? Double.NaN : 1;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> Double.NEGATIVE_INFINITY;
      // SQLite keeps an integral number as an integer, which has no sign at zero.
      case 3 -> engine == Engine.DUCKDB ? -0.0 : 0.0;
      case 4 -> single ? Float.MAX_VALUE : Double.MAX_VALUE;
      case 5 -> single ? Float.MIN_VALUE : Double.MIN_VALUE;
      case 6 -> random.nextInt(100);
      default -> single ? (float) random.nextGaussian() : random.nextGaussian() * 1e100;
    };
  }

  private BigDecimal decimal(ArrowType.Decimal type) {
    BigInteger max = BigInteger.TEN.pow(type.getPrecision()).subtract(BigInteger.ONE);
    BigInteger unscaled =
        switch (random.nextInt(6)) {
          case 0 -> max;
          case 1 -> max.negate();
          case 2 -> BigInteger.valueOf(random.nextInt(3) - 1);
          default -> new BigInteger(120, random).mod(max);
        };
    return new BigDecimal(unscaled.min(max).max(max.negate()), type.getScale());
  }

  private String text() {
    if (random.nextInt(3) == 0) {
      return TEXTS[random.nextInt(TEXTS.length)];
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      int point = random.nextInt(random.nextBoolean() ? 128 : Character.MAX_CODE_POINT + 1);
      text.appendCodePoint(Character.getType(point) == Character.SURROGATE ? '?' : point);
    }
    return text.toString();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private long date(ArrowType.Date type) {
    long days =
        engine == Engine.DUCKDB
            ? between(-2_147_483_646, 2_147_483_646)
            : between(-719_528, 2_932_896);
    return switch (type.getUnit()) {
      case DAY -> days;
      case MILLISECOND -> days * DAY_SECONDS * 1_000;
    };
  }

  private long timestamp(TimeUnit unit) {
    if (engine == Engine.SQLITE && unit != TimeUnit.NANOSECOND) {
      long scale = perSecond(unit);
      return between(-62_167_219_200L * scale, 253_402_300_800L * scale - 1);
    }
    return switch (unit) {
      case SECOND -> between(-9_223_372_022_400L, 9_223_372_036_854L);
      case MILLISECOND -> between(-9_223_372_022_400_000L, 9_223_372_036_854_775L);
      case MICROSECOND -> between(-9_223_372_022_400_000_000L, Long.MAX_VALUE - 1);
      case NANOSECOND -> between(-9_223_286_400_000_000_000L, Long.MAX_VALUE - 1);
    };
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> 1_000_000_000;
    };
  }

  private List<Object> interval(IntervalUnit unit) {
    long months = unit == IntervalUnit.DAY_TIME ? 0 : between(Integer.MIN_VALUE, Integer.MAX_VALUE);
    long days = unit == IntervalUnit.YEAR_MONTH ? 0 : between(Integer.MIN_VALUE, Integer.MAX_VALUE);
    long nanos =
        switch (unit) {
          case YEAR_MONTH -> 0;
          case DAY_TIME -> between(Integer.MIN_VALUE, Integer.MAX_VALUE) * 1_000_000;
          case MONTH_DAY_NANO -> between(-9_000_000_000_000_000L, 9_000_000_000_000_000L) * 1_000;
        };
    return List.of(months, days, nanos);
  }

  private List<@Nullable Object> members(Field list, int count) {
    List<@Nullable Object> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(next(list.getChildren().get(0)));
    }
    return members;
  }

  private List<Object> entries(Field entry) {
    Set<Object> keys = new HashSet<>();
    List<Object> entries = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Object key = next(entry.getChildren().get(0));
      if (key != null && keys.add(key)) {
        List<@Nullable Object> pair = new ArrayList<>();
        pair.add(key);
        pair.add(next(entry.getChildren().get(1)));
        entries.add(pair);
      }
    }
    return entries;
  }
}
