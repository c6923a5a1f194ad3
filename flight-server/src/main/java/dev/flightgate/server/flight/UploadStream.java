package dev.flightgate.server.flight;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import dev.flightgate.server.flight.wire.MalformedRequestException;
import dev.flightgate.server.flight.wire.UploadGuard;
import dev.flightgate.server.flight.wire.UploadVectors;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client's DoPut as a stream of batches, with dictionaries decoded. Waits for the client in
 * {@link #next()}; a client that goes away, and {@link UploadGuard.Upload#abort()}, end the wait
 * with CANCELLED. The FlightStream stays owned by flight-core.
 */
final class UploadStream implements BatchStream {

  private final FlightStream upload;
  private @Nullable VectorSchemaRoot decoded;
  private boolean firstPending;

  private UploadStream(FlightStream upload, boolean firstPending) {
    this.upload = upload;
    this.firstPending = firstPending;
  }

  /**
   * Waits for the client's first batch, or for its end; null if the client sent no schema at all,
   * which some clients do for statements without parameters.
   */
  static @Nullable UploadStream open(FlightStream upload) {
    // Only next() ends when the client ends without a schema; getRoot() would wait for ever.
    boolean first = pull(upload);
    while (first && !upload.hasRoot()) {
      first = pull(upload);
    }
    return upload.hasRoot() ? new UploadStream(upload, first) : null;
  }

  @Override
  public VectorSchemaRoot root() {
    if (decoded == null) {
      decoded = isEncoded(upload.getRoot()) ? decode(upload.getRoot()) : null;
    }
    return decoded == null ? upload.getRoot() : decoded;
  }

  @Override
  public boolean next() {
    boolean more = firstPending || pull(upload);
    firstPending = false;
    while (more && upload.getRoot().getRowCount() == 0) {
      more = pull(upload);
    }
    refresh(more);
    return more;
  }

  private void refresh(boolean more) {
    if (!isEncoded(upload.getRoot())) {
      return;
    }
    VectorSchemaRoot target = root();
    target.clear();
    if (!more) {
      return;
    }
    try (VectorSchemaRoot fresh = decode(upload.getRoot())) {
      for (int i = 0; i < fresh.getFieldVectors().size(); i++) {
        fresh.getVector(i).makeTransferPair(target.getVector(i)).transfer();
      }
      target.setRowCount(upload.getRoot().getRowCount());
    }
  }

  private static boolean isEncoded(VectorSchemaRoot root) {
    return root.getFieldVectors().stream().anyMatch(v -> v.getField().getDictionary() != null);
  }

  /** A root of its own, whose plain columns are copies of references, not of bytes. */
  private VectorSchemaRoot decode(VectorSchemaRoot encoded) {
    List<FieldVector> vectors = new ArrayList<>();
    try {
      for (FieldVector vector : encoded.getFieldVectors()) {
        vectors.add(plain(vector));
      }
    } catch (RuntimeException e) {
      vectors.forEach(FieldVector::close);
      throw e;
    }
    return new VectorSchemaRoot(
        new Schema(vectors.stream().map(FieldVector::getField).toList()),
        vectors,
        encoded.getRowCount());
  }

  /** The column without its dictionary, if it has one; owned by the caller. */
  private FieldVector plain(FieldVector vector) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    if (encoding == null) {
      var transfer = vector.getTransferPair(vector.getField(), vector.getAllocator());
      transfer.splitAndTransfer(0, vector.getValueCount());
      return (FieldVector) transfer.getTo();
    }
    Dictionary dictionary = upload.getDictionaryProvider().lookup(encoding.getId());
    requireValues(vector, dictionary);
    try {
      UploadVectors.check(dictionary.getVector());
      return renamed((FieldVector) DictionaryEncoder.decode(vector, dictionary), vector);
    } catch (MalformedRequestException e) {
      throw invalid(vector, "has a dictionary that cannot be read: " + e.getMessage());
    }
  }

  /** Arrow itself looks at neither negative indices nor the first one that is too large. */
  private static void requireValues(FieldVector indices, @Nullable Dictionary dictionary) {
    if (dictionary == null) {
      throw invalid(indices, "has no dictionary");
    }
    int values = dictionary.getVector().getValueCount();
    for (int row = 0; row < indices.getValueCount(); row++) {
      if (!indices.isNull(row)) {
        long index = ((BaseIntVector) indices).getValueAsLong(row);
        if (index < 0 || index >= values) {
          throw invalid(
              indices,
              "has index "
                  + index
                  + " in row "
                  + (row + 1)
                  + " of a batch, but its dictionary has "
                  + values
                  + " values");
        }
      }
    }
  }

  private static BackendException invalid(FieldVector column, String why) {
    return new BackendException(
        Kind.INVALID_DATA,
        "the uploaded data cannot be read: column '" + column.getName() + "' " + why);
  }

  private static FieldVector renamed(FieldVector values, FieldVector like) {
    try (values) {
      var transfer = values.getTransferPair(like.getField().getName(), values.getAllocator());
      transfer.transfer();
      return (FieldVector) transfer.getTo();
    }
  }

  private static boolean pull(FlightStream upload) {
    try {
      boolean more = upload.next();
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
      throw unreadable(e);
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
