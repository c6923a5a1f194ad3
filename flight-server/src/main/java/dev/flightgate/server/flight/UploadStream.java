package dev.flightgate.server.flight;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.backend.OutOfServerMemory;
import dev.flightgate.server.flight.Calls.Call;
import dev.flightgate.server.flight.wire.DictionaryDecoder;
import dev.flightgate.server.flight.wire.MalformedRequestException;
import dev.flightgate.server.flight.wire.UploadGuard;
import dev.flightgate.server.flight.wire.UploadVectors;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.OversizedAllocationException;
import org.jspecify.annotations.Nullable;

/**
 * A client's DoPut as a stream of batches, with dictionaries decoded. Waits for the client in
 * {@link #next()}; a client that goes away, and {@link UploadGuard.Upload#abort()}, end the wait
 * with CANCELLED. The FlightStream stays owned by flight-core.
 */
final class UploadStream implements BatchStream {

  private final FlightStream upload;
  private final boolean encoded;
  private final Call call;
  private @Nullable VectorSchemaRoot decoded;
  private boolean firstPending;

  private UploadStream(FlightStream upload, Call call, boolean firstPending) {
    this.upload = upload;
    this.encoded = DictionaryDecoder.isEncoded(upload.getRoot().getSchema());
    this.call = call;
    this.firstPending = firstPending;
  }

  /**
   * Waits for the client's first batch, or for its end; null if the client sent no schema at all,
   * which some clients do for statements without parameters.
   *
   * @param call the one that uploads; cancelled if the client sends nothing for too long
   */
  static @Nullable UploadStream open(FlightStream upload, Call call) {
    // Only next() ends when the client ends without a schema; getRoot() would wait for ever.
    boolean first = pull(upload, call);
    while (first && !upload.hasRoot()) {
      first = pull(upload, call);
    }
    return upload.hasRoot() ? new UploadStream(upload, call, first) : null;
  }

  @Override
  public VectorSchemaRoot root() {
    if (encoded && decoded == null) {
      decoded = decode();
    }
    return decoded == null ? upload.getRoot() : decoded;
  }

  @Override
  public boolean next() {
    boolean more = firstPending || pull(upload, call);
    firstPending = false;
    while (more && upload.getRoot().getRowCount() == 0) {
      more = pull(upload, call);
    }
    if (encoded) {
      refresh(more);
    }
    return more;
  }

  private void refresh(boolean more) {
    VectorSchemaRoot target = root();
    target.clear();
    if (!more) {
      return;
    }
    try (VectorSchemaRoot fresh = decode()) {
      for (int i = 0; i < fresh.getFieldVectors().size(); i++) {
        fresh.getVector(i).makeTransferPair(target.getVector(i)).transfer();
      }
      target.setRowCount(upload.getRoot().getRowCount());
    }
  }

  private VectorSchemaRoot decode() {
    try {
      return new DictionaryDecoder(upload.getDictionaryProvider()).decode(upload.getRoot());
    } catch (MalformedRequestException e) {
      throw unreadable(e);
    } catch (OversizedAllocationException | OutOfMemoryException e) {
      throw new BackendException(
          Kind.EXHAUSTED, "the uploaded data is too large: " + e.getMessage(), e);
    }
  }

  private static boolean pull(FlightStream upload, Call call) {
    try {
      boolean more = call.awaitUpload(upload::next);
      if (more && upload.hasRoot()) {
        for (FieldVector column : upload.getRoot().getFieldVectors()) {
          UploadVectors.check(column);
        }
      }
      return more;
    } catch (MalformedRequestException e) {
      throw unreadable(e);
    } catch (FlightRuntimeException e) {
      if (e.status().code() == FlightStatusCode.CANCELLED) {
        throw new BackendException(Kind.CANCELLED, "the upload ended before its last batch", e);
      }
      throw unreadable(e);
    } catch (RuntimeException e) {
      throw OutOfServerMemory.is(e) ? OutOfServerMemory.explained(e) : unreadable(e);
    }
  }

  private static BackendException unreadable(Exception cause) {
    return new BackendException(
        Kind.INVALID_DATA, "the uploaded data cannot be read: " + cause.getMessage(), cause);
  }

  @Override
  public void close() {
    if (decoded != null) {
      decoded.close();
      decoded = null;
    }
  }
}
