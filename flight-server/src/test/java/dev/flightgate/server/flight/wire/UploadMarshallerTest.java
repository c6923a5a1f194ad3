package dev.flightgate.server.flight.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.HasByteBuffer;
import io.grpc.internal.CompositeReadableBuffer;
import io.grpc.internal.ReadableBuffers;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message is the same however the transport hands it over, and leaves nothing if it is none. */
class UploadMarshallerTest {

  private static final byte[] BODY = new byte[100_003];

  static {
    new Random(7).nextBytes(BODY);
  }

  private final BufferAllocator allocator = new RootAllocator();
  private final UploadMarshaller marshaller = new UploadMarshaller(allocator, 1 << 24);

  @AfterEach
  void close() {
    allocator.close();
  }

  /** Shows its bytes in pieces, as Netty's frames are. */
  private static class Pieces extends ByteArrayInputStream implements HasByteBuffer {

    private final int bytesMax;

    Pieces(byte[] bytes, int bytesMax) {
      super(bytes);
      this.bytesMax = bytesMax;
    }

    @Override
    public boolean byteBufferSupported() {
      return true;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return ByteBuffer.wrap(buf, pos, Math.min(bytesMax, count - pos)).slice();
    }
  }

  static List<Function<byte[], InputStream>> transports() {
    return List.of(
        ByteArrayInputStream::new,
        bytes -> new Pieces(bytes, 16_384),
        bytes -> new Pieces(bytes, 1),
        bytes -> new Pieces(bytes, Integer.MAX_VALUE));
  }

  private byte[] message() {
    try (VectorSchemaRoot root = VectorSchemaRoot.of(new IntVector("a", allocator));
        ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      return FlightData.newBuilder()
          .setDataHeader(
              ByteString.copyFrom(MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT)))
          .setAppMetadata(ByteString.copyFromUtf8("hello"))
          .setDataBody(ByteString.copyFrom(BODY))
          .build()
          .toByteArray();
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aBody_isTheSame_howeverItComes(Function<byte[], InputStream> transport) {
    UploadMessage message = marshaller.parse(transport.apply(message()));

    assertThat(message.problem()).isNull();
    assertThat(message.bodyBytes()).isEqualTo(BODY.length);
    ArrowBuf body = message.batchBody();
    byte[] read = new byte[BODY.length];
    body.getBytes(0, read);
    assertThat(read).isEqualTo(BODY);
    message.free();
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aMessage_thatEndsEarly_isRefusedAndLeavesNothing(Function<byte[], InputStream> transport) {
    byte[] message = message();
    Stream.of(1, 2, 50, message.length - BODY.length, message.length - 1)
        .forEach(
            length -> {
              UploadMessage cut = marshaller.parse(transport.apply(Arrays.copyOf(message, length)));

              assertThat(cut.problem()).isNotNull();
              assertThat(cut.content()).isNull();
            });
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
  void aBody_withEmptyFrames_isReadWhole(int frames) {
    byte[] body = Arrays.copyOf(BODY, 100);
    byte[] bytes =
        FlightData.newBuilder().setDataBody(ByteString.copyFrom(body)).build().toByteArray();

    UploadMessage message = marshaller.parse(withEmptyFrames(bytes, frames));

    assertThat(message.problem()).isNull();
    byte[] read = new byte[body.length];
    message.batchBody().getBytes(0, read);
    assertThat(read).isEqualTo(body);
    message.free();
  }

  @Test
  void aMessage_whoseReadingMeetsAnError_leavesNothing() {
    InputStream failing =
        new Pieces(message(), 16_384) {
          @Override
          public ByteBuffer getByteBuffer() {
            throw new OutOfMemoryError("as the test says");
          }
        };

    assertThat(marshaller.parse(failing).isExhausted()).isTrue();
    assertThat(allocator.getAllocatedMemory()).isZero();
  }

  @Test
  void aField_afterTheBody_thatIsNone_leavesNoBody() {
    byte[] whole = message();
    byte[] longer = Arrays.copyOf(whole, whole.length + 2);
    longer[whole.length] = 9 << 3 | 2;

    assertThat(marshaller.parse(new Pieces(longer, 16_384)).problem())
        .contains("FlightData has no field");
  }

  @Test
  void aMessage_thatFindsNoMemory_saysSo() {
    byte[] bytes = message();
    try (BufferAllocator small = allocator.newChildAllocator("small", 0, 1_000)) {
      assertThat(
              new UploadMarshaller(small, 1 << 24).parse(new Pieces(bytes, 16_384)).isExhausted())
          .isTrue();
    }
  }
}
