/** The backend contract for DuckDB, and what only DuckDB does. */
@NullMarked
package dev.flightgate.server.backend.duckdb;

import org.jspecify.annotations.NullMarked;
