package dev.flightgate.server.backend;

/**
 * Opens databases of one engine. Found by {@link java.util.ServiceLoader}; stateless and
 * thread-safe.
 */
public interface BackendFactory {

  /**
   * The word that names the engine in {@code --database NAME=TYPE:LOCATION}: "duckdb", "sqlite".
   */
  String type();

  /**
   * Whether its databases take so much memory outside of the JVM's that each is to be told its
   * share of the machine's.
   */
  default boolean takesMemory() {
    return false;
  }

  /**
   * Opens one database. A factory that fails half-way frees what it took: no file lock, thread or
   * byte is left behind.
   *
   * @throws BackendException NOT_FOUND if the file (or its folder) is missing, CONFLICT if another
   *     process holds it, INVALID_DATA if it is corrupt or of a format this engine cannot read,
   *     PERMISSION_DENIED if it may not be read, INVALID_SQL if the initial SQL fails, UNSUPPORTED
   *     for options the engine does not know
   */
  Backend open(BackendOptions options);
}
