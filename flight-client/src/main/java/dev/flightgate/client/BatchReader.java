package dev.flightgate.client;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.HasByteBuffer;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.MessageMetadataResult;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of DoGet calls (FlightData of Flight.proto) with one copy, from the
 * transport's buffers into Arrow's. flight-core copies each twice, through an array that it clears
 * before (docs/decisions/0012); it still reads what comes without such buffers, as compressed
 * messages do. Thread-safe.
 */
final class BatchReader implements ClientInterceptor {

  private static final String DO_GET = "arrow.flight.protocol.FlightService/DoGet";

  private static final int CHUNK_BYTES = 8_192;

  /** Null where flight-core is another one than this class knows: it then reads by itself. */
  private static final @Nullable Constructor<?> MESSAGE = constructor();

  private final BufferAllocator allocator;

  /**
   * @param allocator for the batches; owned by the caller
   */
  BatchReader(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  private static @Nullable Constructor<?> constructor() {
    try {
      // Package-private, as is the class; no other way leads to a message whose body we read.
      Constructor<?> constructor =
          Class.forName("org.apache.arrow.flight.ArrowMessage")
              .getDeclaredConstructor(
                  FlightDescriptor.class,
                  MessageMetadataResult.class,
                  ArrowBuf.class,
                  ArrowBuf.class);
      constructor.setAccessible(true);
      return constructor;
    } catch (ReflectiveOperationException | RuntimeException otherFlight) {
      return null;
    }
  }

  /** Whether messages are read here at all. */
  static boolean isActive() {
    return MESSAGE != null;
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return next.newCall(
        method.getFullMethodName().equals(DO_GET) ? direct(method) : method, options);
  }

  private <Q, A> MethodDescriptor<Q, A> direct(MethodDescriptor<Q, A> method) {
    Marshaller<A> flightCore = method.getResponseMarshaller();
    return method.<Q, A>toBuilder(
            method.getRequestMarshaller(),
            new Marshaller<>() {
              @Override
              public InputStream stream(A message) {
                return flightCore.stream(message);
              }

              @Override
              @SuppressWarnings("unchecked") // DoGet's answers are what the constructor makes.
              public A parse(InputStream stream) {
                return MESSAGE != null
                        && stream instanceof HasByteBuffer shown
                        && shown.byteBufferSupported()
                    ? (A) message(MESSAGE, stream)
                    : flightCore.parse(stream);
              }
            })
        .build();
  }

  private Object message(Constructor<?> constructor, InputStream stream) {
    Parts parts = new Parts();
    try {
      parts.read(stream, allocator);
      return constructor.newInstance(parts.descriptor, parts.header, parts.metadata, parts.body);
    } catch (IOException e) {
      parts.free();
      throw new UncheckedIOException("the server's answer cannot be read", e);
    } catch (InvocationTargetException | InstantiationException | IllegalAccessException e) {
      parts.free();
      throw new IllegalStateException("this flight-core has no such message", e);
    } catch (RuntimeException | Error e) {
      parts.free();
      throw e;
    }
  }

  /** The fields of one message. */
  private static final class Parts {

    private @Nullable FlightDescriptor descriptor;
    private @Nullable MessageMetadataResult header;
    private @Nullable ArrowBuf metadata;
    private @Nullable ArrowBuf body;

    void read(InputStream bytes, BufferAllocator allocator) throws IOException {
      for (int first = bytes.read(); first != -1; first = bytes.read()) {
        int tag = CodedInputStream.readRawVarint32(first, bytes);
        if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
          throw new IOException("FlightData has no field of tag " + tag);
        }
        int size = CodedInputStream.readRawVarint32(bytes.read(), bytes);
        if (size < 0 || size > bytes.available()) {
          throw new EOFException("a field is longer than its message");
        }
        field(WireFormat.getTagFieldNumber(tag), size, bytes, allocator);
      }
      boolean batch = header != null && header.headerType() != MessageHeader.Schema;
      if (batch && body == null) {
        body = allocator.getEmpty();
      } else if (!batch && body != null && body.capacity() == 0) {
        body.close();
        body = null;
      }
    }

    private void field(int number, int size, InputStream bytes, BufferAllocator allocator)
        throws IOException {
      switch (number) {
        case 1 -> descriptor = FlightDescriptor.parseFrom(bytes.readNBytes(size));
        case 2 ->
            header = MessageMetadataResult.create(ByteBuffer.wrap(bytes.readNBytes(size)), size);
        case 3 -> {
          requireFirst(metadata);
          metadata = buffer(size, bytes, allocator);
        }
        case 1000 -> {
          requireFirst(body);
          body = buffer(size, bytes, allocator);
        }
        default -> bytes.skipNBytes(size); // a field of a Flight newer than this
      }
    }

    private static void requireFirst(@Nullable ArrowBuf read) throws IOException {
      if (read != null) {
        throw new IOException("a field of FlightData comes twice");
      }
    }

    private static ArrowBuf buffer(int size, InputStream bytes, BufferAllocator allocator)
        throws IOException {
      HasByteBuffer shown = (HasByteBuffer) bytes;
      ArrowBuf buffer = allocator.buffer(size);
      try {
        for (int at = 0; at < size; ) {
          ByteBuffer chunk = shown.getByteBuffer();
          if (chunk == null || !chunk.hasRemaining()) {
            // An empty frame within the message is shown empty, and only a read goes past it.
            at += copy(bytes, buffer, at, Math.min(size - at, CHUNK_BYTES));
            continue;
          }
          int count = Math.min(chunk.remaining(), size - at);
          chunk.limit(chunk.position() + count);
          buffer.setBytes(at, chunk);
          bytes.skipNBytes(count);
          at += count;
        }
        buffer.writerIndex(size);
        return buffer;
      } catch (Throwable e) {
        buffer.close();
        throw e;
      }
    }

    private static int copy(InputStream bytes, ArrowBuf buffer, int at, int most)
        throws IOException {
      byte[] chunk = new byte[most];
      int count = bytes.read(chunk);
      if (count < 0) {
        throw new EOFException("a field is longer than its message");
      }
      buffer.setBytes(at, chunk, 0, count);
      return count;
    }

    void free() {
      if (metadata != null) {
        metadata.close();
      }
      if (body != null) {
        body.close();
      }
    }
  }
}
