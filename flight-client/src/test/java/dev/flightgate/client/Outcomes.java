package dev.flightgate.client;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightStatusCode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;

/** What came of calls, as tests compare it. */
final class Outcomes {

  private Outcomes() {}

  /** The rows as lines of tab-separated cells; closes the result. */
  static List<String> rows(QueryResult result) {
    List<String> lines = new ArrayList<>();
    try (result) {
      while (result.next()) {
        result.batch().contentToTSVString().lines().skip(1).forEach(lines::add);
      }
    }
    return lines;
  }

  static ThrowableAssertAlternative<FlightgateException> assertStatus(
      FlightStatusCode code, ThrowingCallable call) {
    return assertThatExceptionOfType(FlightgateException.class)
        .isThrownBy(call)
        .returns(code, FlightgateException::code);
  }
}
