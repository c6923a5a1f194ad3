package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.flightgate.server.RunningGateway;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server tells anybody of its health, and of its services only those it knows. */
class HealthServiceTest {

  private static final String FLIGHT = "arrow.flight.protocol.FlightService";
  private static RunningGateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        RunningGateway.builder()
            .flight(
                f ->
                    new dev.flightgate.server.config.GatewayConfig.FlightConfig(
                        f.host(),
                        f.port(),
                        f.tls(),
                        f.insecure(),
                        f.messageBytesMax(),
                        f.headerBytesMax(),
                        f.batchBytes(),
                        f.batchRowsMax(),
                        true,
                        f.connections()))
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", FLIGHT, "database/main", "database/lite"})
  void health_ofWhatIsServed_isToldWithoutCredentials(String service) throws Exception {
    try (WatchedHealth health = new WatchedHealth(gateway, service)) {
      assertThat(health.check(service)).isEqualTo(ServingStatus.SERVING);
      health.await(ServingStatus.SERVING);
    }
  }

  @Test
  void health_ofWhatIsNot_isUnknown() throws Exception {
    try (WatchedHealth health = new WatchedHealth(gateway, "database/none")) {
      health.await(ServingStatus.SERVICE_UNKNOWN);
      assertThatExceptionOfType(StatusRuntimeException.class)
          .isThrownBy(() -> health.check("database/none"))
          .matches(e -> e.getStatus().getCode() == Status.Code.NOT_FOUND)
          .withMessageContaining("database/NAME");
    }
  }

  @Test
  void reflection_withoutCredentials_isRefused() {
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> services(new Metadata()))
        .withCauseInstanceOf(StatusRuntimeException.class)
        .withMessageContaining("UNAUTHENTICATED");
  }

  @Test
  void reflection_askedFor_namesTheServices() throws Exception {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + RunningGateway.TOKEN);
    assertThat(services(headers)).contains(FLIGHT, "grpc.health.v1.Health");
  }

  @Test
  void reflection_notAskedFor_isNotThere() throws Exception {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + RunningGateway.TOKEN);
    try (RunningGateway usual = RunningGateway.start()) {
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> services(usual, headers))
          .withMessageContaining("UNIMPLEMENTED");
    }
  }

  private static List<String> services(Metadata headers) throws Exception {
    return services(gateway, headers);
  }

  private static List<String> services(RunningGateway asked, Metadata headers) throws Exception {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", asked.port()).usePlaintext().build();
    try {
      CompletableFuture<List<String>> answer = new CompletableFuture<>();
      StreamObserver<ServerReflectionRequest> requests =
          ServerReflectionGrpc.newStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .serverReflectionInfo(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                      answer.complete(
                          response.getListServicesResponse().getServiceList().stream()
                              .map(ServiceResponse::getName)
                              .toList());
                    }

                    @Override
                    public void onError(Throwable failure) {
                      answer.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {}
                  });
      requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
      return answer.get(10, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
      channel.awaitTermination(10, TimeUnit.SECONDS);
    }
  }
}
