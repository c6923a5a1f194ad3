package dev.flightgate.server.listener;

import dev.flightgate.server.auth.Principal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One call of a client's. Thread-safe. */
public final class ClientCall {

  private final ClientConnection connection;
  private final String requestId;
  private final String method;
  private final Map<String, String> headers;
  private final Instant began = Instant.now();
  private volatile @Nullable Principal principal;

  ClientCall(
      ClientConnection connection, String requestId, String method, Map<String, String> headers) {
    this.connection = connection;
    this.requestId = requestId;
    this.method = method;
    this.headers = Map.copyOf(headers);
  }

  /** The connection that it came by. */
  public ClientConnection connection() {
    return connection;
  }

  /** Its name in the log and the audit; the client learns it too. Statements have it as origin. */
  public String requestId() {
    return requestId;
  }

  /** Service and method: {@code arrow.flight.protocol.FlightService/DoGet}. */
  public String method() {
    return method;
  }

  /** What the client sent, names in lower case, without credentials, cookies and binary headers. */
  public Map<String, String> headers() {
    return headers;
  }

  /** When it came. */
  public Instant began() {
    return began;
  }

  /** Who calls; empty until that is known. */
  public Optional<Principal> principal() {
    return Optional.ofNullable(principal);
  }

  void principal(Principal known) {
    principal = known;
  }
}
