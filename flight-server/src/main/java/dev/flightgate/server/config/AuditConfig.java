package dev.flightgate.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Whether a record is kept of who did what, and where.
 *
 * @param file where, as lines of JSON; null for no record
 * @param fileBytesMax how large the file becomes until a new one is begun
 * @param filesMax how many files are kept, the newest included
 * @param onFailure what becomes of a statement whose record cannot be written
 * @param text how much of a statement's text is in its record
 */
public record AuditConfig(
    @Nullable Path file, long fileBytesMax, int filesMax, OnFailure onFailure, Text text) {

  /** What becomes of a statement whose record cannot be written. */
  public enum OnFailure {
    /** It does not run. */
    REFUSE,
    /** It runs, and its record is lost. */
    DROP
  }

  /** How much of a statement's text is in its record. */
  public enum Text {
    /** All of it. */
    FULL,
    /** Nothing. */
    NONE
  }

  /** Checks the ranges. */
  public AuditConfig {
    Require.size(fileBytesMax, 4 << 10, Long.MAX_VALUE, "file-bytes-max");
    Require.between(filesMax, 2, 10_000, "files-max");
    Require.present(onFailure, "on-failure");
    Require.present(text, "text");
  }
}
