package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Peer;
import dev.flightgate.server.listener.ConnectionEvents;
import dev.flightgate.server.listener.Listeners;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerTransportFilter;
import org.jspecify.annotations.Nullable;

/** Tells listeners of connections, on the transport's threads. */
final class ConnectionFilter extends ServerTransportFilter {

  /** The connection that a call came by; calls have it among their attributes. */
  static final Attributes.Key<ConnectionEvents> KEY =
      Attributes.Key.create("flightgate.connection");

  private final Listeners listeners;

  ConnectionFilter(Listeners listeners) {
    this.listeners = listeners;
  }

  @Override
  public Attributes transportReady(Attributes transport) {
    Peer peer = Peer.of(transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    return transport.toBuilder().set(KEY, listeners.connected(peer.address())).build();
  }

  /** Null of a connection that never was ready. */
  @Override
  public void transportTerminated(@Nullable Attributes transport) {
    ConnectionEvents connection = transport == null ? null : transport.get(KEY);
    if (connection != null) {
      connection.closed();
    }
  }
}
