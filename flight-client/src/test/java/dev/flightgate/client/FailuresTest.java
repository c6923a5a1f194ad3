package dev.flightgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.net.ConnectException;
import java.util.concurrent.ExecutionException;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.Test;

final class FailuresTest {

  @Test
  void status_ofTheServer_keepsCodeAndMessage() {
    FlightgateException failure =
        Failures.of(CallStatus.NOT_FOUND.withDescription("no table x").toRuntimeException());

    assertThat(failure.code()).isEqualTo(FlightStatusCode.NOT_FOUND);
    assertThat(failure).hasMessage("no table x");
  }

  @Test
  void status_wrappedByAFuture_isFound() {
    FlightgateException failure =
        Failures.of(
            new ExecutionException(
                Status.UNAUTHENTICATED.withDescription("who?").asRuntimeException()));

    assertThat(failure.code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED);
    assertThat(failure).hasMessage("who?");
  }

  @Test
  void unavailable_namesTheReasonAndNotThePipeline() {
    FlightgateException failure =
        Failures.of(
            Status.UNAVAILABLE
                .withDescription("io exception\nChannel Pipeline: [SslHandler#0]")
                .withCause(
                    new ConnectException(
                        "finishConnect(..) failed with error(-111): Connection refused"))
                .asRuntimeException());

    assertThat(failure.code()).isEqualTo(FlightStatusCode.UNAVAILABLE);
    assertThat(failure).hasMessage("Connection refused");
  }

  @Test
  void interrupt_isACancelAndStaysSet() {
    FlightgateException failure =
        Failures.of(new IllegalStateException(new InterruptedException("stop")));

    assertThat(failure.code()).isEqualTo(FlightStatusCode.CANCELLED);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void status_withoutAMessage_saysWhichItWas() {
    assertThat(Failures.of(CallStatus.UNIMPLEMENTED.toRuntimeException()))
        .hasMessage("the server answered UNIMPLEMENTED without a message");
  }
}
