package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.listener.CallEnd;
import dev.flightgate.server.listener.ClientCall;
import dev.flightgate.server.listener.ClientConnection;
import dev.flightgate.server.listener.GatewayListener;
import dev.flightgate.server.listener.LoginAttempt;
import dev.flightgate.server.listener.ResponseHeaders;
import dev.flightgate.server.query.StatementRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes down what it is told: all of it, and that of each call by itself. */
final class RecordingListener implements GatewayListener {

  private final List<String> all = new ArrayList<>();
  private final Map<String, List<String>> calls = new LinkedHashMap<>();
  private final List<ClientCall> begun = new ArrayList<>();

  /** The calls in the order they came, each a line of its events. */
  synchronized List<String> calls() {
    return calls.values().stream().map(events -> String.join(", ", events)).toList();
  }

  /** The calls with this beginning. */
  List<String> calls(String method) {
    return calls().stream().filter(call -> call.startsWith(method + " ")).toList();
  }

  synchronized List<String> all() {
    return List.copyOf(all);
  }

  synchronized List<ClientCall> begun() {
    return List.copyOf(begun);
  }

  private synchronized void note(String event) {
    all.add(event);
  }

  private synchronized void note(String requestId, String event) {
    all.add(event);
    calls.computeIfAbsent(requestId, id -> new ArrayList<>()).add(event);
  }

  private static String user(ClientCall call) {
    return call.principal().map(Principal::name).orElse("nobody");
  }

  @Override
  public void connected(ClientConnection connection) {
    note("connected " + connection.number());
  }

  @Override
  public void callBegan(ClientCall call) {
    synchronized (this) {
      begun.add(call);
    }
    String method = call.method().substring(call.method().indexOf('/') + 1);
    note(call.requestId(), method + " by " + user(call));
  }

  @Override
  public void authenticated(ClientCall call, Principal principal, LoginAttempt attempt) {
    note(call.requestId(), principal.name() + " by " + attempt.method() + attempt.user());
  }

  @Override
  public void authenticationFailed(ClientCall call, LoginAttempt attempt, String reason) {
    note(call.requestId(), "no " + attempt.user() + " by " + attempt.method() + ": " + reason);
  }

  @Override
  public void statementBegan(StatementRecord statement) {
    note(statement.origin().requestId(), statement.activity() + " began");
  }

  @Override
  public void statementEnded(StatementRecord statement) {
    note(
        statement.origin().requestId(),
        statement.activity()
            + " "
            + statement.outcome()
            + " of "
            + statement.principal().name()
            + " in "
            + statement.database());
  }

  @Override
  public void responding(ClientCall call, ResponseHeaders headers) {
    note(call.requestId(), "responding");
  }

  @Override
  public void callEnded(ClientCall call, CallEnd end) {
    note(call.requestId(), "ended " + end.status() + " of " + user(call));
  }

  @Override
  public void disconnected(ClientConnection connection) {
    note("disconnected " + connection.number());
  }

  @Override
  public void close() {
    note("closed");
  }
}
