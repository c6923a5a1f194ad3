package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.math.BigInteger;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/** The range check of columns of 128-bit integers, which are delivered as DECIMAL(38, 0). */
final class Hugeints {

  private static final BigInteger BOUND = BigInteger.TEN.pow(38);
  private static final long HIGH = BOUND.shiftRight(64).longValueExact();

  private Hugeints() {}

  /** Refuses a HUGEINT of more than 38 digits, wherever it stands. */
  static void check(DuckDbType type, FieldVector vector, String column) {
    if (type.base().equals("HUGEINT")) {
      requireDigits(vector, column);
      return;
    }
    List<FieldVector> children = vector.getChildrenFromFields();
    if (type.base().equals("MAP")) {
      children = children.get(0).getChildrenFromFields();
    }
    for (int i = 0; i < type.members().size(); i++) {
      check(type.members().get(i).type(), children.get(i), column);
    }
  }

  private static void requireDigits(FieldVector vector, String column) {
    ArrowBuf data = vector.getDataBuffer();
    for (int row = 0; row < vector.getValueCount(); row++) {
      long high = data.getLong(16L * row + 8);
      // The cheap test first: nearly every value passes it.
      if ((high <= -HIGH - 1 || high >= HIGH)
          && !vector.isNull(row)
          && !fits(high, data.getLong(16L * row))) {
        throw new BackendException(
            Kind.INVALID_DATA,
            "column "
                + column
                + " holds a HUGEINT of more than 38 digits; select it as CAST("
                + column
                + " AS VARCHAR)");
      }
    }
  }

  private static boolean fits(long high, long low) {
    BigInteger value =
        BigInteger.valueOf(high).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(low)));
    return value.abs().compareTo(BOUND) < 0;
  }
}
