package dev.flightgate.client.cli;

import dev.flightgate.client.FlightgateException;
import java.util.Locale;
import org.apache.arrow.flight.FlightStatusCode;

/** What a user can do about a failure. */
final class Hints {

  private Hints() {}

  /** One sentence, or nothing where the message says it all. */
  static String of(FlightgateException failure) {
    String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (failure.code() == FlightStatusCode.UNAUTHENTICATED) {
      return "give --user and --password-file, or --token";
    }
    if (failure.code() != FlightStatusCode.UNAVAILABLE) {
      return "";
    }
    if (message.contains("pkix") || message.contains("certif")) {
      return "--tls-roots FILE names the certificates to trust";
    }
    if (message.contains("not an ssl/tls record")) {
      return "the server does not speak TLS: write grpc:// instead of grpc+tls://";
    }
    if (message.contains("connection refused")) {
      return "is a server running there? 'flightgate serve' starts one; --uri names another";
    }
    if (message.contains("closed") || message.contains("settings") || message.contains("http/2")) {
      return "if the server speaks TLS, write grpc+tls:// instead of grpc://";
    }
    return "";
  }
}
