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
  private final HeldMemory.@Nullable Share share;
  private final AtomicInteger owners = new AtomicInteger(1);

  /**
   * Takes ownership of the rows; the caller is the first owner.
   *
   * @param share what they are counted in; owned
   */
  public SharedParameters(VectorSchemaRoot root, HeldMemory.Share share) {
    this.root = root;
    this.share = share;
  }

  private SharedParameters() {
    this.root = null;
    this.share = null;
  }

  /** No values, one execution. */
  public static SharedParameters none() {
    return new SharedParameters();
  }

  /** The rows; good until released. */
  public Parameters parameters() {
    return root == null ? Parameters.NONE : Parameters.of(root);
  }

  /** How many bytes they take. */
  long bytes() {
    return share == null ? 0 : share.bytes();
  }

  /** Adds an owner. */
  public SharedParameters retain() {
    owners.incrementAndGet();
    return this;
  }

  /** Removes an owner. */
  public void release() {
    if (owners.decrementAndGet() == 0) {
      if (root != null) {
        root.close();
      }
      if (share != null) {
        share.close();
      }
    }
  }
}
