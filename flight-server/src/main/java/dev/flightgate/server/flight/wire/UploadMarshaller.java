package dev.flightgate.server.flight.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * Reads FlightData messages (Flight.proto) with flight-core's own marshaller, but only after a look
 * at their frame: flight-core leaks the body of a message in which something else is wrong, and
 * what it throws would reach the client as an unknown error. Stateless.
 */
public final class UploadMarshaller implements Marshaller<UploadMessage> {

  private static final int DESCRIPTOR_TAG = 1 << 3 | 2;
  private static final int HEADER_TAG = 2 << 3 | 2;
  private static final int APP_METADATA_TAG = 3 << 3 | 2;
  private static final int BODY_TAG = 1000 << 3 | 2;

  private final Marshaller<?> flightCore;

  /**
   * @param method DoPut as flight-core binds it
   */
  public UploadMarshaller(MethodDescriptor<?, ?> method) {
    this.flightCore = method.getRequestMarshaller();
  }

  @Override
  public InputStream stream(UploadMessage message) {
    throw new UnsupportedOperationException("uploads are only read here");
  }

  /** Never throws for what the client sent: such a message says so itself. */
  @Override
  public UploadMessage parse(InputStream stream) {
    try {
      // gRPC's own streams can be marked; those of compressed messages cannot.
      InputStream bytes =
          stream.markSupported() ? stream : new ByteArrayInputStream(stream.readAllBytes());
      bytes.mark(Integer.MAX_VALUE);
      Frame frame = new Frame(bytes);
      frame.scan();
      bytes.reset();
      Object content = flightCore.parse(bytes);
      return new UploadMessage(
          content, null, false, frame.descriptor, frame.header, Math.max(0, frame.bodyBytes));
    } catch (MalformedRequestException | IOException e) {
      return UploadMessage.unreadable("the upload cannot be read: " + e.getMessage());
    } catch (OutOfMemoryException | OutOfMemoryError e) {
      // Thrown on, it would end the whole connection, and with it the calls of others.
      return UploadMessage.exhausted();
    }
  }

  /** One pass over the fields of a message; bodies are skipped, not read. */
  private static final class Frame {

    private final InputStream bytes;
    private boolean descriptor;
    private boolean metadata;
    private @Nullable Message header;
    private long bodyBytes = -1;

    Frame(InputStream bytes) {
      this.bytes = bytes;
    }

    void scan() throws IOException, MalformedRequestException {
      for (int first = bytes.read(); first != -1; first = bytes.read()) {
        int tag = varint(first);
        int size = varint(bytes.read());
        if (size < 0 || size > bytes.available()) {
          throw new MalformedRequestException("a field is longer than its message");
        }
        switch (tag) {
          case DESCRIPTOR_TAG -> {
            once(descriptor);
            descriptor(bytes.readNBytes(size));
            descriptor = true;
          }
          case HEADER_TAG -> {
            once(header != null);
            header = header(bytes.readNBytes(size));
          }
          case APP_METADATA_TAG -> {
            once(metadata);
            metadata = true;
            bytes.skipNBytes(size);
          }
          case BODY_TAG -> {
            once(bodyBytes >= 0);
            bodyBytes = size;
            bytes.skipNBytes(size);
          }
          default -> throw new MalformedRequestException("FlightData has no field of tag " + tag);
        }
      }
    }

    private static void once(boolean seen) throws MalformedRequestException {
      if (seen) {
        throw new MalformedRequestException("a field of FlightData comes twice");
      }
    }

    private int varint(int first) throws IOException, MalformedRequestException {
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

    private static void descriptor(byte[] bytes) throws MalformedRequestException {
      try {
        RequestGuard.requireKind(FlightDescriptor.parseFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        throw new MalformedRequestException("the descriptor is none", e);
      }
    }

    private static Message header(byte[] bytes) throws MalformedRequestException {
      try {
        Message message = Message.getRootAsMessage(ByteBuffer.wrap(bytes));
        boolean known =
            message.headerType() == MessageHeader.Schema
                || message.headerType() == MessageHeader.DictionaryBatch
                || message.headerType() == MessageHeader.RecordBatch;
        if (!known || message.version() < 0 || message.version() > MetadataVersion.V5) {
          throw new MalformedRequestException("the data header is no schema and no batch");
        }
        return message;
      } catch (RuntimeException e) {
        throw new MalformedRequestException("the data header is no Arrow message", e);
      }
    }
  }
}
