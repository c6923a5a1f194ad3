package dev.flightgate.server.listener;

import dev.flightgate.server.query.AdminAction;
import dev.flightgate.server.query.StatementListener;
import dev.flightgate.server.query.StatementRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The listeners of a gateway, as doors see them: a door says what happens, and this tells it in
 * order to all, whatever one of them throws. Thread-safe.
 */
public final class Listeners implements StatementListener, AutoCloseable {

  private final List<GuardedListener> listeners;
  private final Map<String, CallEvents> calls = new ConcurrentHashMap<>();
  private final AtomicLong connections = new AtomicLong();

  private Listeners(List<GuardedListener> listeners) {
    this.listeners = listeners;
  }

  /** Tells these, each event in their order; owns them. */
  public static Listeners of(List<? extends GatewayListener> listeners) {
    return new Listeners(listeners.stream().map(GuardedListener::new).toList());
  }

  /** These, and before them those, which it does not own. */
  public Listeners after(List<? extends GatewayListener> first) {
    return new Listeners(
        Stream.concat(first.stream().map(GuardedListener::new), listeners.stream()).toList());
  }

  /** Whether nobody listens; then a door need not say anything. */
  public boolean isEmpty() {
    return listeners.isEmpty();
  }

  /**
   * A client has connected.
   *
   * @param peer its address with the port
   */
  public ConnectionEvents connected(String peer) {
    ClientConnection connection = new ClientConnection(connections.incrementAndGet(), peer);
    tell("connected", listener -> listener.connected(connection));
    return new ConnectionEvents(this, connection);
  }

  @Override
  public void administered(AdminAction action) {
    tell("administered", listener -> listener.administered(action));
  }

  @Override
  public void began(StatementRecord statement) {
    call(statement).ifPresent(CallEvents::enter);
    tell("statementBegan", listener -> listener.statementBegan(statement));
  }

  @Override
  public void ended(StatementRecord statement) {
    tell("statementEnded", listener -> listener.statementEnded(statement));
    call(statement).ifPresent(CallEvents::leave);
  }

  /** The statement's call; empty if that is over, and then it will not come back. */
  private Optional<CallEvents> call(StatementRecord statement) {
    return Optional.ofNullable(calls.get(statement.origin().requestId()));
  }

  void begin(CallEvents events, ClientCall call) {
    calls.put(call.requestId(), events);
    tell("callBegan", listener -> listener.callBegan(call));
  }

  void forget(ClientCall call) {
    calls.remove(call.requestId());
  }

  void tell(String event, Consumer<GatewayListener> message) {
    for (GuardedListener listener : listeners) {
      listener.tell(event, message);
    }
  }

  /** Closes the listeners, the last first. */
  @Override
  public void close() {
    for (int i = listeners.size() - 1; i >= 0; i--) {
      listeners.get(i).tell("close", GatewayListener::close);
    }
  }
}
