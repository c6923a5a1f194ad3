/**
 * The SQLite backend, on sqlite-jdbc.
 *
 * <p>{@link dev.flightgate.server.backend.sqlite.SqliteBackendFactory} is the only public class.
 * {@code EngineConnection} is where the driver is touched for running, {@code SqliteErrors} where
 * its exceptions are translated, {@code SqliteTypes} where the rule of types is stated.
 */
@NullMarked
package dev.flightgate.server.backend.sqlite;

import org.jspecify.annotations.NullMarked;
