package dev.flightgate.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.jspecify.annotations.Nullable;

/** Sends batches with a command (DoPut) and reads the one answer. Stateless. */
final class Upload {

  private static final long READY_POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  /** Batches, one after the other, each loaded into the same root. */
  interface Batches {
    /** Loads the next; false at the end. */
    boolean load() throws Exception;
  }

  private Upload() {}

  /** Sends the batches; the count of rows the server says it changed, -1 where it does not know. */
  static long count(
      Wire wire,
      Message command,
      VectorSchemaRoot root,
      DictionaryProvider dictionaries,
      Batches batches) {
    byte[] answer = send(wire, command, root, dictionaries, batches);
    if (answer == null) {
      return -1;
    }
    try {
      return DoPutUpdateResult.parseFrom(answer).getRecordCount();
    } catch (InvalidProtocolBufferException malformed) {
      throw Failures.of(
          CallStatus.INTERNAL
              .withDescription("the server's answer to an update is malformed")
              .withCause(malformed)
              .toRuntimeException());
    }
  }

  /** Sends the batches; the metadata of the answer, or null if there is none. */
  static byte @Nullable [] send(
      Wire wire,
      Message command,
      VectorSchemaRoot root,
      DictionaryProvider dictionaries,
      Batches batches) {
    try (SyncPutListener answers = new SyncPutListener()) {
      FlightClient.ClientStreamListener writer =
          wire.flight().startPut(Wire.descriptor(command), root, dictionaries, answers);
      try {
        while (!answers.isCancelled() && batches.load()) {
          awaitReady(writer, answers);
          if (!answers.isCancelled()) {
            writer.putNext();
          }
        }
        if (!answers.isCancelled()) {
          writer.completed();
        }
      } catch (Exception failure) {
        // A call the server ended has a better reason than the failure to write to it.
        if (answers.isCancelled()) {
          answers.getResult();
        }
        writer.error(failure);
        throw failure;
      }
      return answer(writer, answers);
    } catch (Exception failure) {
      throw Failures.of(failure);
    }
  }

  private static byte @Nullable [] answer(
      FlightClient.ClientStreamListener writer, SyncPutListener answers)
      throws InterruptedException, ExecutionException {
    try {
      writer.getResult();
    } catch (RuntimeException failure) {
      writer.error(failure);
      throw failure;
    }
    try (PutResult first = answers.read()) {
      ArrowBuf metadata = first == null ? null : first.getApplicationMetadata();
      if (metadata == null) {
        return null;
      }
      ByteBuffer bytes = metadata.nioBuffer();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      return copy;
    }
  }

  /**
   * Waits until the transport takes more. Flight's own putNext spins while it waits, and so takes a
   * core; it offers no callback to a client, hence the short naps.
   */
  private static void awaitReady(FlightClient.ClientStreamListener writer, SyncPutListener answers)
      throws InterruptedException {
    while (!writer.isReady() && !answers.isCancelled()) {
      LockSupport.parkNanos(READY_POLL_NANOS);
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted while sending");
      }
    }
  }
}
