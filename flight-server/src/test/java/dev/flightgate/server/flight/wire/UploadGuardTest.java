package dev.flightgate.server.flight.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** How many uploads the guard lets through. */
class UploadGuardTest {

  /** Remembers how it was closed. */
  private static final class Call extends ServerCall<Object, Object> {

    private final List<Status> closed = new ArrayList<>();

    @Override
    public MethodDescriptor<Object, Object> getMethodDescriptor() {
      return MethodDescriptor.<Object, Object>newBuilder()
          .setType(MethodType.BIDI_STREAMING)
          .setFullMethodName(UploadGuard.DO_PUT)
          .setRequestMarshaller(new NoMarshaller())
          .setResponseMarshaller(new NoMarshaller())
          .build();
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(Object message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      closed.add(status);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public Attributes getAttributes() {
      return Attributes.EMPTY;
    }
  }

  private static final class NoMarshaller implements MethodDescriptor.Marshaller<Object> {
    @Override
    public InputStream stream(Object value) {
      throw new IllegalStateException("nothing travels");
    }

    @Override
    public Object parse(InputStream stream) {
      throw new IllegalStateException("nothing travels");
    }
  }

  private static UploadMessage descriptor() {
    return new UploadMessage((AutoCloseable) () -> {}, null, false, true, null, null, 0);
  }

  private static final class Taken extends ServerCall.Listener<Object> {}

  private static Call begin(UploadGuard guard) {
    Call call = new Call();
    guard
        .interceptCall(call, new Metadata(), (begun, headers) -> new Taken())
        .onMessage(descriptor());
    return call;
  }

  private static void failToBegin(UploadGuard guard) {
    ServerCall.Listener<Object> broken =
        guard.interceptCall(
            new Call(),
            new Metadata(),
            (begun, headers) -> {
              throw new IllegalStateException("no thread for it");
            });
    assertThatIllegalStateException().isThrownBy(() -> broken.onMessage(descriptor()));
    broken.onCancel();
  }

  @Test
  void anUpload_thatCouldNotBeBegun_isNotCounted() {
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try (BufferAllocator memory = new RootAllocator()) {
      UploadGuard guard =
          new UploadGuard(new UploadPlaces(1), () -> "alice", Duration.ofMinutes(1), timer, memory);
      failToBegin(guard);
      failToBegin(guard);
      assertThat(begin(guard).closed).isEmpty();
      assertThat(begin(guard).closed)
          .singleElement()
          .satisfies(status -> assertThat(status.getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED));
    } finally {
      timer.shutdownNow();
    }
  }
}
