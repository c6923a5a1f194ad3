package dev.flightgate.server.backend.duckdb;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where DuckDB puts what does not fit its memory. A database that is written has DuckDB's own place
 * for it, beside its file. One in memory or read-only has none, or one it may not write: it gets a
 * folder that only this process's user may read, among the system's temporary files, made when it
 * is opened and deleted when it is closed.
 *
 * @param path null if DuckDB's own place is used, or the one that a setting names
 */
record SpillFolder(@Nullable Path path) implements AutoCloseable {

  static final String SETTING = "duckdb.temp_directory";

  private static final Logger log = LoggerFactory.getLogger(SpillFolder.class);

  /**
   * The folder of a database that is about to be opened.
   *
   * @throws BackendException UNAVAILABLE if it cannot be made
   */
  static SpillFolder of(BackendOptions options) {
    boolean written = !options.inMemory() && !options.readOnly();
    if (written || options.settings().containsKey(SETTING)) {
      return new SpillFolder(null);
    }
    try {
      return new SpillFolder(Files.createTempDirectory("flightgate-duckdb-"));
    } catch (IOException e) {
      throw new BackendException(
          Kind.UNAVAILABLE,
          "database '"
              + options.name()
              + "': no folder for what does not fit its memory can be made among the temporary"
              + " files; set "
              + SETTING
              + " to one: "
              + e,
          e);
    }
  }

  /** Deletes the folder and what a database that is closed has left in it. */
  @Override
  public void close() {
    if (path == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      log.warn("the temporary folder {} is left behind: {}", path, e.toString());
    }
  }
}
