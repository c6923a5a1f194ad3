package dev.flightgate.server.flight;

import dev.flightgate.server.RunningGateway;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A client without credentials that asks for the health of a service, and watches it. */
public final class WatchedHealth implements AutoCloseable, StreamObserver<HealthCheckResponse> {

  private final ManagedChannel channel;
  private final List<ServingStatus> seen = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Status.Code> end = new CompletableFuture<>();

  public WatchedHealth(RunningGateway gateway, String service) {
    channel = ManagedChannelBuilder.forAddress("127.0.0.1", gateway.port()).usePlaintext().build();
    HealthGrpc.newStub(channel).watch(request(service), this);
  }

  static HealthCheckRequest request(String service) {
    return HealthCheckRequest.newBuilder().setService(service).build();
  }

  /** The answer to a Check. */
  ServingStatus check(String service) {
    return HealthGrpc.newBlockingStub(channel)
        .withDeadlineAfter(10, TimeUnit.SECONDS)
        .check(request(service))
        .getStatus();
  }

  /** Waits until the last that was seen is this. */
  public void await(ServingStatus status) {
    Awaitility.await("seen " + status)
        .until(() -> !seen.isEmpty() && seen.get(seen.size() - 1) == status);
  }

  /** How the watching ended. */
  public Status.Code end() throws Exception {
    return end.get(10, TimeUnit.SECONDS);
  }

  @Override
  public void onNext(HealthCheckResponse answer) {
    seen.add(answer.getStatus());
  }

  @Override
  public void onError(Throwable failure) {
    end.complete(Status.fromThrowable(failure).getCode());
  }

  @Override
  public void onCompleted() {
    end.complete(Status.Code.OK);
  }

  @Override
  public void close() throws InterruptedException {
    channel.shutdownNow();
    channel.awaitTermination(10, TimeUnit.SECONDS);
  }
}
