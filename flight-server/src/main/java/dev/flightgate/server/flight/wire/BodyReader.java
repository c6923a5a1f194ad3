package dev.flightgate.server.flight.wire;

import io.grpc.HasByteBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Reads bytes of a gRPC message into Arrow memory. Copies them once where the stream shows the
 * transport's own buffers; flight-core's reader copies them twice, through an array that it clears
 * before (docs/decisions/0012). Stateless.
 */
final class BodyReader {

  private static final int CHUNK_BYTES = 8_192;

  private BodyReader() {}

  /**
   * The next bytes of a message, in a buffer that the caller owns.
   *
   * @throws EOFException if the stream ends before
   */
  static ArrowBuf read(InputStream stream, int size, BufferAllocator allocator) throws IOException {
    ArrowBuf target = allocator.buffer(size);
    try {
      fill(target, size, stream);
      target.writerIndex(size);
      return target;
    } catch (Throwable e) {
      target.close();
      throw e;
    }
  }

  private static void fill(ArrowBuf target, int size, InputStream stream) throws IOException {
    HasByteBuffer transport =
        stream instanceof HasByteBuffer shows && shows.byteBufferSupported() ? shows : null;
    byte[] chunk = null;
    for (int at = 0; at < size; ) {
      ByteBuffer shown = transport == null ? null : transport.getByteBuffer();
      if (shown != null && shown.hasRemaining()) {
        at += copy(shown, stream, target, at, size - at);
        continue;
      }
      // An empty frame within the message is shown empty, and only a read goes past it.
      if (chunk == null) {
        chunk = new byte[Math.min(size - at, CHUNK_BYTES)];
      }
      int count = stream.read(chunk, 0, Math.min(chunk.length, size - at));
      if (count < 0) {
        throw new EOFException("the message ends within a field");
      }
      target.setBytes(at, chunk, 0, count);
      at += count;
    }
  }

  /** Copies what the stream shows of itself, at most so many bytes. */
  private static int copy(ByteBuffer shown, InputStream stream, ArrowBuf target, int at, int most)
      throws IOException {
    int count = Math.min(shown.remaining(), most);
    shown.limit(shown.position() + count);
    target.setBytes(at, shown);
    stream.skipNBytes(count);
    return count;
  }
}
