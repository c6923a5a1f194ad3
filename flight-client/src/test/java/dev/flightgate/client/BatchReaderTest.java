package dev.flightgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.HasByteBuffer;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.internal.CompositeReadableBuffer;
import io.grpc.internal.ReadableBuffers;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages are read with one copy, and that none leaves memory behind. */
final class BatchReaderTest {

  private static final String SERVICE = "arrow.flight.protocol.FlightService/";

  private final BufferAllocator allocator = ArrowMemory.open();

  @AfterEach
  void close() {
    allocator.close();
  }

  /** Shows its bytes in pieces, as the transport's frames are. */
  private static class Pieces extends ByteArrayInputStream implements HasByteBuffer {

    Pieces(byte[] bytes) {
      super(bytes);
    }

    @Override
    public boolean byteBufferSupported() {
      return true;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return ByteBuffer.wrap(buf, pos, Math.min(1_000, count - pos)).slice();
    }
  }

  /** Stands for flight-core's. */
  private static final class FlightCore implements Marshaller<Object> {

    @Override
    public InputStream stream(Object value) {
      throw new IllegalStateException("nothing is sent");
    }

    @Override
    public Object parse(InputStream stream) {
      return "read by flight-core";
    }
  }

  private Object read(String method, InputStream message) {
    AtomicReference<Marshaller<Object>> answers = new AtomicReference<>();
    Channel channel =
        new Channel() {
          @Override
          @SuppressWarnings("unchecked") // the call below is of objects
          public <Q, A> ClientCall<Q, A> newCall(
              MethodDescriptor<Q, A> called, CallOptions options) {
            answers.set((Marshaller<Object>) called.getResponseMarshaller());
            throw new IllegalStateException("no call is made");
          }

          @Override
          public String authority() {
            return "none";
          }
        };
    MethodDescriptor<Object, Object> descriptor =
        MethodDescriptor.<Object, Object>newBuilder()
            .setType(MethodType.SERVER_STREAMING)
            .setFullMethodName(SERVICE + method)
            .setRequestMarshaller(new FlightCore())
            .setResponseMarshaller(new FlightCore())
            .build();
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                new BatchReader(allocator).interceptCall(descriptor, CallOptions.DEFAULT, channel))
        .withMessage("no call is made");
    return Objects.requireNonNull(answers.get()).parse(message);
  }

  private static byte[] message() {
    byte[] body = new byte[10_001];
    new Random(7).nextBytes(body);
    return FlightData.newBuilder()
        .setAppMetadata(ByteString.copyFromUtf8("hello"))
        .setDataBody(ByteString.copyFrom(body))
        .build()
        .toByteArray();
  }

  @Test
  void aBatch_whoseBytesAreShown_isReadHere() throws Exception {
    Object read = read("DoGet", new Pieces(message()));

    assertThat(read.getClass().getName()).isEqualTo("org.apache.arrow.flight.ArrowMessage");
    assertThat(allocator.getAllocatedMemory()).isPositive();
    ((AutoCloseable) read).close();
  }

  @Test
  void aBatch_whoseBytesAreNotShown_isFlightCores() {
    assertThat(read("DoGet", new ByteArrayInputStream(message()))).isEqualTo("read by flight-core");
  }

  @Test
  void answers_ofOtherCalls_areFlightCores() {
    assertThat(read("DoAction", new Pieces(message()))).isEqualTo("read by flight-core");
  }

  /** A message as gRPC hands it over when empty frames came within it. */
  private static InputStream withEmptyFrames(byte[] message, int frames) {
    CompositeReadableBuffer buffer = new CompositeReadableBuffer();
    buffer.addBuffer(ReadableBuffers.wrap(ByteBuffer.wrap(message, 0, 50)));
    for (int i = 0; i < frames; i++) {
      buffer.addBuffer(ReadableBuffers.wrap(ByteBuffer.allocate(0)));
    }
    buffer.addBuffer(ReadableBuffers.wrap(ByteBuffer.wrap(message, 50, message.length - 50)));
    return ReadableBuffers.openStream(buffer, true);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aBatch_withEmptyFrames_isReadWhole(int frames) throws Exception {
    byte[] body = new byte[100];
    new Random(7).nextBytes(body);
    byte[] message =
        FlightData.newBuilder().setAppMetadata(ByteString.copyFrom(body)).build().toByteArray();

    Object read = read("DoGet", withEmptyFrames(message, frames));

    Method metadata = read.getClass().getDeclaredMethod("getApplicationMetadata");
    metadata.setAccessible(true);
    byte[] bytes = new byte[body.length];
    ((ArrowBuf) Objects.requireNonNull(metadata.invoke(read))).getBytes(0, bytes);
    assertThat(bytes).isEqualTo(body);
    ((AutoCloseable) read).close();
  }

  @Test
  void aBatch_whoseReadingMeetsAnError_leavesNothing() {
    InputStream failing =
        new Pieces(message()) {
          @Override
          public ByteBuffer getByteBuffer() {
            throw new StackOverflowError("as the test says");
          }
        };

    assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> read("DoGet", failing));
    assertThat(allocator.getAllocatedMemory()).isZero();
  }

  @Test
  void aBatch_thatEndsEarly_leavesNothing() {
    byte[] message = message();

    for (int length : new int[] {1, 5, 20, message.length - 1}) {
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> read("DoGet", new Pieces(Arrays.copyOf(message, length))));
      assertThat(allocator.getAllocatedMemory()).isZero();
    }
  }
}
