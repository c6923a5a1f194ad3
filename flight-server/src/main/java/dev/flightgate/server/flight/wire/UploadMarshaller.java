package dev.flightgate.server.flight.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.ipc.message.MessageMetadataResult;
import org.jspecify.annotations.Nullable;

/**
 * Reads FlightData messages (Flight.proto) in flight-core's place, which leaks the body of a
 * message in which something else is wrong, tells the client of it as of an unknown error, and
 * copies each body twice (docs/decisions/0012). Thread-safe.
 */
public final class UploadMarshaller implements Marshaller<UploadMessage> {

  private static final int DESCRIPTOR_TAG = 1 << 3 | 2;
  private static final int HEADER_TAG = 2 << 3 | 2;
  private static final int APP_METADATA_TAG = 3 << 3 | 2;
  private static final int BODY_TAG = 1000 << 3 | 2;

  private final BufferAllocator allocator;
  private final int bytesMax;

  /**
   * @param allocator for what messages carry
   * @param bytesMax how large a message may be once it is decompressed
   */
  public UploadMarshaller(BufferAllocator allocator, int bytesMax) {
    this.allocator = allocator;
    this.bytesMax = bytesMax;
  }

  @Override
  public InputStream stream(UploadMessage message) {
    throw new UnsupportedOperationException("uploads are only read here");
  }

  /** Never throws for what the client sent: such a message says so itself. */
  @Override
  public UploadMessage parse(InputStream stream) {
    Frame frame = new Frame(allocator);
    try {
      // What is left is known of gRPC's own streams, but not of those of compressed messages.
      frame.read(stream.markSupported() ? stream : decompressed(stream));
      return frame.message();
    } catch (MessageSize.TooLargeException e) {
      frame.free();
      return UploadMessage.exhausted(String.valueOf(e.getMessage()));
    } catch (MalformedRequestException | IOException e) {
      frame.free();
      return UploadMessage.unreadable("the upload cannot be read: " + e.getMessage());
    } catch (OutOfMemoryException | OutOfMemoryError e) {
      frame.free();
      // Thrown on, it would end the whole connection, and with it the calls of others.
      return UploadMessage.exhausted(UploadMessage.NO_MEMORY);
    } catch (RuntimeException | Error e) {
      frame.free();
      throw e;
    }
  }

  private InputStream decompressed(InputStream stream) throws IOException {
    return new ByteArrayInputStream(MessageSize.limited(stream, bytesMax).readAllBytes());
  }

  /** One pass over the fields of a message. */
  private static final class Frame {

    private final BufferAllocator allocator;
    private @Nullable FlightDescriptor descriptor;
    private @Nullable MessageMetadataResult header;
    private @Nullable ArrowBuf metadata;
    private @Nullable ArrowBuf body;

    Frame(BufferAllocator allocator) {
      this.allocator = allocator;
    }

    void read(InputStream bytes) throws IOException, MalformedRequestException {
      for (int first = bytes.read(); first != -1; first = bytes.read()) {
        int tag = varint(first, bytes);
        int size = varint(bytes.read(), bytes);
        if (size < 0 || size > bytes.available()) {
          throw new MalformedRequestException("a field is longer than its message");
        }
        switch (tag) {
          case DESCRIPTOR_TAG -> {
            once(descriptor);
            descriptor = descriptor(bytes.readNBytes(size));
          }
          case HEADER_TAG -> {
            once(header);
            header = header(bytes.readNBytes(size));
          }
          case APP_METADATA_TAG -> {
            once(metadata);
            metadata = BodyReader.read(bytes, size, allocator);
          }
          case BODY_TAG -> {
            once(body);
            body = BodyReader.read(bytes, size, allocator);
          }
          default -> throw new MalformedRequestException("FlightData has no field of tag " + tag);
        }
      }
    }

    private static void once(@Nullable Object seen) throws MalformedRequestException {
      if (seen != null) {
        throw new MalformedRequestException("a field of FlightData comes twice");
      }
    }

    /** What was read, which now belongs to the message. */
    UploadMessage message() {
      long bodyBytes = body == null ? 0 : body.writerIndex();
      if (bodyBytes == 0) {
        if (body != null) {
          body.close();
        }
        // A schema with a body would be none for flight-core, and so would a batch without one.
        boolean batch = header != null && header.headerType() != MessageHeader.Schema;
        body = batch ? allocator.getEmpty() : null;
      }
      return new UploadMessage(
          FlightCoreMessages.of(descriptor, header, metadata, body),
          null,
          false,
          descriptor != null,
          header == null ? null : header.getMessage(),
          body,
          bodyBytes);
    }

    void free() {
      if (metadata != null) {
        metadata.close();
      }
      if (body != null) {
        body.close();
      }
    }

    private static int varint(int first, InputStream bytes)
        throws IOException, MalformedRequestException {
      int value = 0;
      int next = first;
      for (int shift = 0; shift < 35; shift += 7) {
        if (next == -1) {
          throw new MalformedRequestException("the message ends within a field");
        }
        value |= (next & 0x7f) << shift;
        if ((next & 0x80) == 0) {
          return value;
        }
        next = bytes.read();
      }
      throw new MalformedRequestException("a number is too long");
    }

    private static FlightDescriptor descriptor(byte[] bytes) throws MalformedRequestException {
      try {
        FlightDescriptor descriptor = FlightDescriptor.parseFrom(bytes);
        RequestGuard.requireKind(descriptor);
        return descriptor;
      } catch (InvalidProtocolBufferException e) {
        throw new MalformedRequestException("the descriptor is none", e);
      }
    }

    private static MessageMetadataResult header(byte[] bytes) throws MalformedRequestException {
      try {
        MessageMetadataResult header =
            MessageMetadataResult.create(ByteBuffer.wrap(bytes), bytes.length);
        Message message = header.getMessage();
        boolean known =
            message.headerType() == MessageHeader.Schema
                || message.headerType() == MessageHeader.DictionaryBatch
                || message.headerType() == MessageHeader.RecordBatch;
        if (!known || message.version() < 0 || message.version() > MetadataVersion.V5) {
          throw new MalformedRequestException("the data header is no schema and no batch");
        }
        return header;
      } catch (RuntimeException e) {
        throw new MalformedRequestException("the data header is no Arrow message", e);
      }
    }
  }
}
