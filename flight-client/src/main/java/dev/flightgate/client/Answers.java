package dev.flightgate.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlUtils;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Reads what servers answer to actions. */
final class Answers {

  private Answers() {}

  /** The message in the body of an answer. */
  static <T extends Message> T parse(byte @Nullable [] body, Class<T> type) {
    if (body == null) {
      throw new FlightgateException(
          FlightStatusCode.INTERNAL,
          "the server did not answer with " + type.getSimpleName(),
          null);
    }
    return Failures.translating(() -> FlightSqlUtils.unpackAndParseOrThrow(body, type));
  }

  /** An encapsulated IPC schema message; no bytes mean no columns. */
  static Schema schema(ByteString bytes) {
    if (bytes.isEmpty()) {
      return new Schema(List.of());
    }
    try {
      return MessageSerializer.deserializeSchema(
          new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes.toByteArray()))));
    } catch (IOException malformed) {
      throw Failures.of(malformed);
    }
  }
}
