package dev.flightgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EndpointTest {

  @Test
  void uri_plainOrTls_saysHostPortAndEncryption() {
    assertThat(Endpoint.parse(URI.create("grpc://localhost:31337")))
        .isEqualTo(new Endpoint("localhost", 31337, false));
    assertThat(Endpoint.parse(URI.create("grpc+tls://db.example.org:443/")))
        .isEqualTo(new Endpoint("db.example.org", 443, true));
    assertThat(Endpoint.parse(URI.create("grpc+tcp://[::1]:1")))
        .isEqualTo(new Endpoint("[::1]", 1, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://localhost:1",
        "grpc://localhost",
        "grpc://localhost:0",
        "localhost:31337",
        "grpc://localhost:1/path",
        "grpc://:1",
        "grpc://localhost:70000"
      })
  void uri_ofAnotherShape_isRefusedWithTheShapeExpected(String uri) {
    assertThatExceptionOfType(FlightgateException.class)
        .isThrownBy(() -> Endpoint.parse(URI.create(uri)))
        .withMessage(
            "not an address of a server: %s (grpc://host:port or grpc+tls://host:port)", uri)
        .returns(FlightStatusCode.INVALID_ARGUMENT, FlightgateException::code);
  }
}
