package dev.flightgate.server.flight.wire;

import java.util.Objects;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * A message of a DoPut, looked at before flight-core sees it. Either {@link #content()} is
 * flight-core's own form of it, which whoever takes the message has to close, or {@link #problem()}
 * says why it cannot be read.
 *
 * @param isExhausted whether the problem is its size, or the server's want of memory
 * @param hasDescriptor whether it says what the upload is for
 * @param header the Arrow IPC message in data_header (Message.fbs); null where there is none
 * @param body data_body, which is the content's; never null with the header of a batch
 * @param bodyBytes the length of data_body, which may be less than the buffer's
 */
public record UploadMessage(
    @Nullable AutoCloseable content,
    @Nullable String problem,
    boolean isExhausted,
    boolean hasDescriptor,
    @Nullable Message header,
    @Nullable ArrowBuf body,
    long bodyBytes) {

  static final String NO_MEMORY =
      "the server has no memory left for data (JVM option -XX:MaxDirectMemorySize): try again later";

  static UploadMessage unreadable(String problem) {
    return new UploadMessage(null, problem, false, false, null, null, 0);
  }

  /** A message for which there was no memory, or that is larger than one may be. */
  static UploadMessage exhausted(String problem) {
    return new UploadMessage(null, problem, true, false, null, null, 0);
  }

  /** The body of a batch, which stays the message's; empty where there is none. */
  ArrowBuf batchBody() {
    return Objects.requireNonNull(body);
  }

  /** Frees its buffers; not to be called once flight-core has it. */
  void free() {
    if (content == null) {
      return;
    }
    try {
      content.close();
    } catch (Exception e) {
      throw new IllegalStateException("an upload's message could not be freed", e);
    }
  }
}
