package dev.flightgate.server.session;

import dev.flightgate.server.backend.Parameters;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Bound parameter rows that a prepared statement and the results planned from it share. The last
 * one to release them frees them. Thread-safe.
 */
public final class SharedParameters {

  private final @Nullable VectorSchemaRoot root;
  private final AtomicInteger owners = new AtomicInteger(1);

  /** Takes ownership of the rows; the caller is the first owner. */
  public SharedParameters(@Nullable VectorSchemaRoot root) {
    this.root = root;
  }

  /** No values, one execution. */
  public static SharedParameters none() {
    return new SharedParameters(null);
  }

  /** The rows; good until released. */
  public Parameters parameters() {
    return root == null ? Parameters.NONE : Parameters.of(root);
  }

  /** Adds an owner. */
  public SharedParameters retain() {
    owners.incrementAndGet();
    return this;
  }

  /** Removes an owner. */
  public void release() {
    if (owners.decrementAndGet() == 0 && root != null) {
      root.close();
    }
  }
}
