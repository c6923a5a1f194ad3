package dev.flightgate.server.flight.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How much is queued for which client. */
class SendQueueTest {

  private static final int BATCHES = 2 * 1024 * 1024;
  private static final int BATCH = 512 * 1024;

  /** Remembers what it was told to queue. */
  private static final class Call extends ServerCall<Object, Object> {

    private final String method;
    private int queueBytes;

    Call(String method) {
      this.method = method;
    }

    @Override
    public void setOnReadyThreshold(int bytes) {
      queueBytes = bytes;
    }

    @Override
    public MethodDescriptor<Object, Object> getMethodDescriptor() {
      return MethodDescriptor.<Object, Object>newBuilder()
          .setType(MethodType.SERVER_STREAMING)
          .setFullMethodName("arrow.flight.protocol.FlightService/" + method)
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
    public void close(Status status, Metadata trailers) {}

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

  private static final class Taken extends ServerCall.Listener<Object> {}

  private SendQueue queue = new SendQueue(256L << 20);
  private final List<ServerCall.Listener<Object>> open = new ArrayList<>();

  private int queued(String method) {
    Call call = new Call(method);
    open.add(queue.interceptCall(call, new Metadata(), (begun, headers) -> new Taken()));
    return call.queueBytes;
  }

  @Test
  void results_beyondEight_areQueuedABatchEach() {
    for (int i = 0; i < 8; i++) {
      assertThat(queued("DoGet")).isEqualTo(BATCHES);
    }

    assertThat(queued("DoGet")).isEqualTo(BATCH);
  }

  @Test
  void aResult_thatEnded_makesRoomOnce() {
    for (int i = 0; i < 9; i++) {
      queued("DoGet");
    }
    open.get(0).onCancel();
    open.get(1).onComplete();
    open.get(1).onComplete();

    assertThat(queued("DoGet")).isEqualTo(BATCHES);
    assertThat(queued("DoGet")).isEqualTo(BATCH);
  }

  @Test
  void aResult_ofAQueryWithLittleMemory_leavesItMostOfIt() {
    queue = new SendQueue(8L << 20);
    assertThat(queued("DoGet")).isEqualTo(1 << 20);

    queue = new SendQueue(1 << 20);
    assertThat(queued("DoGet")).isEqualTo(BATCH);
  }

  @Test
  void otherCalls_takeNoRoom() {
    for (int i = 0; i < 20; i++) {
      assertThat(queued("DoPut")).isEqualTo(BATCH);
    }

    assertThat(queued("DoGet")).isEqualTo(BATCHES);
  }
}
