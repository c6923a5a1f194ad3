package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where a database lives, and whether it goes when the backend closes.
 *
 * <p>A database in memory is a file too: in a private temporary folder, in WAL mode, never synced,
 * deleted at the end. SQLite's own shared memory databases ({@code vfs=memdb}, {@code
 * cache=shared}) know no WAL: a reader blocks the writer and the writer blocks every reader, which
 * is another behaviour than a file's. Its pages stay in the operating system's page cache. The
 * folder of a process that was killed is left to whatever cleans the temporary folder.
 *
 * @param path the file
 * @param temporary whether the file and its folder are deleted at the end
 * @param created whether this process made the file, which then goes if opening fails
 */
record DatabaseFile(Path path, boolean temporary, boolean created) {

  /**
   * Checks what can be known before SQLite opens (and would create) the file.
   *
   * @throws BackendException NOT_FOUND, PERMISSION_DENIED or INVALID_DATA, with what to do about it
   */
  static DatabaseFile locate(BackendOptions options) {
    if (options.inMemory()) {
      return inTemporaryFolder();
    }
    Path path = path(options.location());
    if (Files.isDirectory(path)) {
      throw new BackendException(
          Kind.INVALID_DATA, path + " is a folder; name the database file inside of it");
    }
    if (!Files.exists(path)) {
      requireCreatable(path, options.readOnly());
      return new DatabaseFile(path, false, true);
    }
    if (!Files.isReadable(path)) {
      throw new BackendException(
          Kind.PERMISSION_DENIED,
          path + " may not be read by this process; check the file's owner and permissions");
    }
    if (!options.readOnly() && !Files.isWritable(path)) {
      throw new BackendException(
          Kind.PERMISSION_DENIED,
          path + " may not be written by this process; open it read-only, or change permissions");
    }
    return new DatabaseFile(path, false, false);
  }

  private static Path path(String location) {
    try {
      return Path.of(location).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new BackendException(Kind.NOT_FOUND, location + " is no path: " + e.getReason(), e);
    }
  }

  private static void requireCreatable(Path path, boolean readOnly) {
    if (readOnly) {
      throw new BackendException(
          Kind.NOT_FOUND,
          path + " does not exist, and a read-only database is not created; check the path");
    }
    Path folder = path.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new BackendException(
          Kind.NOT_FOUND,
          "the folder of " + path + " does not exist; create it, or check the path");
    }
    if (!Files.isWritable(folder)) {
      throw new BackendException(
          Kind.PERMISSION_DENIED, path + " cannot be created: its folder may not be written");
    }
  }

  private static DatabaseFile inTemporaryFolder() {
    try {
      Path folder = Files.createTempDirectory("flightgate-sqlite-");
      return new DatabaseFile(folder.resolve("memory.db"), true, true);
    } catch (IOException e) {
      throw new BackendException(
          Kind.UNAVAILABLE, "no temporary folder could be made for " + BackendOptions.IN_MEMORY, e);
    }
  }

  /** The path as the driver takes it: a URI, so that no character of it means anything. */
  String url() {
    return "jdbc:sqlite:" + path.toUri().toASCIIString().replaceFirst("^file:/+", "file:///");
  }

  /** Frees the file at the end of a backend: deletes it if it was temporary. */
  void release() {
    if (temporary) {
      delete();
    }
  }

  /** Frees the file after an opening that failed: nothing is left of what it made. */
  void abandon() {
    if (created) {
      delete();
    }
  }

  private void delete() {
    try {
      for (String suffix : new String[] {"-wal", "-shm", "-journal", ""}) {
        Files.deleteIfExists(path.resolveSibling(path.getFileName() + suffix));
      }
      if (temporary) {
        Files.deleteIfExists(path.toAbsolutePath().getParent());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
