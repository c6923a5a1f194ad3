package dev.flightgate.server.backend;

import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf, and how, a backend session works.
 *
 * @param user the principal's name
 * @param readOnly whether the engine must refuse every change in this session
 * @param allocator for whatever the session allocates outside a stream (ingest, metadata); owned by
 *     the caller, which closes it after the session
 * @param catalog the catalog that unqualified names mean; null for the database's own
 * @param schema the schema that unqualified names mean; null for the engine's default
 * @param batchBytes the size, in bytes of body, that batches of a stream should have
 * @param batchRowsMax the most rows a batch may have; tests set it to 1
 */
public record SessionContext(
    String user,
    boolean readOnly,
    BufferAllocator allocator,
    @Nullable String catalog,
    @Nullable String schema,
    int batchBytes,
    int batchRowsMax) {

  /** The best body size on the wire: 512 KiB. */
  public static final int DEFAULT_BATCH_BYTES = 512 * 1024;

  /** The largest batch by rows: 65,536. */
  public static final int DEFAULT_BATCH_ROWS_MAX = 65_536;

  /** A session with the database's own catalog and schema, and batches of the default size. */
  public static SessionContext of(String user, boolean readOnly, BufferAllocator allocator) {
    return new SessionContext(
        user, readOnly, allocator, null, null, DEFAULT_BATCH_BYTES, DEFAULT_BATCH_ROWS_MAX);
  }
}
