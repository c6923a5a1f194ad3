package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the client is told of a failure. */
class FlightErrorsTest {

  @Test
  void aLongMessage_isCutToWhatATrailerCarries_whateverItsCharacters() {
    for (String character : List.of("x", "é", "漢", "😀", "%", "\n")) {
      BackendException failure =
          new BackendException(Kind.INVALID_SQL, "begins " + character.repeat(10_000));

      String told = String.valueOf(FlightErrors.translate(failure).getMessage());

      assertThat(told).startsWith("begins " + character).endsWith(" …");
      assertThat(percentEncodedBytes(told)).as(character).isBetween(5_900, 6_144);
      assertThat(new String(told.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
          .as("no half a character")
          .isEqualTo(told);
    }
  }

  @Test
  void aMessage_thatFits_isToldToTheLetter() {
    BackendException failure = new BackendException(Kind.INVALID_SQL, "é".repeat(1_000));

    assertThat(FlightErrors.translate(failure)).hasMessage("é".repeat(1_000));
  }

  /** As gRPC writes grpc-message: all but printable ASCII, and the percent sign, takes three. */
  private static int percentEncodedBytes(String text) {
    int bytes = 0;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      bytes += b >= ' ' && b < '~' && b != '%' ? 1 : 3;
    }
    return bytes;
  }
}
