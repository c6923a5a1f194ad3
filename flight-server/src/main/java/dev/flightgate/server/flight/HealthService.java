package dev.flightgate.server.flight;

import dev.flightgate.server.health.Readiness;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.jspecify.annotations.Nullable;

/**
 * gRPC's health service (grpc.health.v1.Health), which anybody may ask: of the whole gateway by the
 * empty name or the Flight service's, of a database by {@code database/NAME}. Thread-safe.
 *
 * <p>In the place of gRPC's own, which neither bounds those who watch nor ends their calls.
 */
final class HealthService extends HealthGrpc.HealthImplBase implements AutoCloseable {

  /** Full names of the methods that need no credentials. */
  static final Set<String> METHODS =
      Set.of(
          HealthGrpc.getCheckMethod().getFullMethodName(),
          HealthGrpc.getWatchMethod().getFullMethodName());

  private static final String DATABASE = "database/";
  private static final int WATCHERS_MAX = 1_000;

  private final Readiness readiness;

  // Guarded by this.
  private final Set<Watcher> watchers = new HashSet<>();
  private boolean closed;

  HealthService(Readiness readiness) {
    this.readiness = readiness;
    readiness.onChange(this::tell);
  }

  @Override
  public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> client) {
    ServingStatus status = status(request.getService());
    if (status == ServingStatus.SERVICE_UNKNOWN) {
      client.onError(
          Status.NOT_FOUND
              .withDescription(
                  "ask for \"\", \"" + FlightServiceGrpc.SERVICE_NAME + "\" or \"database/NAME\"")
              .asRuntimeException());
      return;
    }
    client.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
    client.onCompleted();
  }

  @Override
  public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> client) {
    Watcher watcher =
        new Watcher(request.getService(), (ServerCallStreamObserver<HealthCheckResponse>) client);
    watcher.client.setOnCancelHandler(() -> forget(watcher));
    Status refusal = remember(watcher);
    if (refusal != null) {
      client.onError(refusal.asRuntimeException());
      return;
    }
    watcher.tell();
  }

  private synchronized @Nullable Status remember(Watcher watcher) {
    if (closed) {
      return shuttingDown();
    }
    if (watchers.size() >= WATCHERS_MAX) {
      return Status.RESOURCE_EXHAUSTED.withDescription(
          WATCHERS_MAX + " clients watch the server's health already: ask by Check");
    }
    watchers.add(watcher);
    return null;
  }

  private synchronized void forget(Watcher watcher) {
    watchers.remove(watcher);
  }

  private static Status shuttingDown() {
    return Status.UNAVAILABLE.withDescription("the server is shutting down");
  }

  private ServingStatus status(String service) {
    Readiness.Snapshot now = readiness.now();
    if (service.isEmpty() || service.equals(FlightServiceGrpc.SERVICE_NAME)) {
      return status(now.isReady());
    }
    String database = service.startsWith(DATABASE) ? service.substring(DATABASE.length()) : "";
    return now.databases().containsKey(database)
        ? status(now.isReady(database))
        : ServingStatus.SERVICE_UNKNOWN;
  }

  private static ServingStatus status(boolean ready) {
    return ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }

  private void tell() {
    List<Watcher> all;
    synchronized (this) {
      all = List.copyOf(watchers);
    }
    all.forEach(Watcher::tell);
  }

  /** Ends the calls of those who watch; there are no more. Idempotent. */
  @Override
  public void close() {
    List<Watcher> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(watchers);
      watchers.clear();
    }
    all.forEach(Watcher::end);
  }

  private final class Watcher {

    private final String service;
    private final ServerCallStreamObserver<HealthCheckResponse> client;

    // Guarded by this, and so is what the client is told.
    private @Nullable ServingStatus told;
    private boolean ended;

    Watcher(String service, ServerCallStreamObserver<HealthCheckResponse> client) {
      this.service = service;
      this.client = client;
    }

    synchronized void tell() {
      ServingStatus status = status(service);
      if (status != told && !ended && !client.isCancelled()) {
        told = status;
        client.onNext(HealthCheckResponse.newBuilder().setStatus(status).build());
      }
    }

    synchronized void end() {
      if (!ended && !client.isCancelled()) {
        client.onError(shuttingDown().asRuntimeException());
      }
      ended = true;
    }
  }
}
