package dev.flightgate.server.flight;

import io.grpc.Metadata;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cookie {@code arrow_flight_session_id} of the Flight specification (session management).
 * Several cookies may come in one header or in several, separated by ";" with or without a blank.
 */
final class SessionCookie {

  static final Metadata.Key<String> SET_COOKIE =
      Metadata.Key.of("set-cookie", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> COOKIE =
      Metadata.Key.of("cookie", Metadata.ASCII_STRING_MARSHALLER);
  private static final String NAME = "arrow_flight_session_id";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{16,64}");

  private SessionCookie() {}

  /** The session id that the client shows; a malformed one counts as none. */
  static Optional<String> read(Metadata headers) {
    Iterable<String> values = headers.getAll(COOKIE);
    if (values == null) {
      return Optional.empty();
    }
    for (String value : values) {
      for (String cookie : value.split(";", -1)) {
        int equals = cookie.indexOf('=');
        if (equals > 0 && cookie.substring(0, equals).trim().equals(NAME)) {
          String id = unquote(cookie.substring(equals + 1).trim());
          if (ID.matcher(id).matches()) {
            return Optional.of(id);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static String unquote(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1)
        : value;
  }

  static String set(String id) {
    return NAME + "=" + id;
  }

  static String forget(String id) {
    return NAME + "=" + id + "; Max-Age=0";
  }
}
