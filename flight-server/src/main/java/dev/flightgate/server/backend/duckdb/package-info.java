/**
 * DuckDB behind the gateway: results leave it as Arrow batches without being copied, uploads enter
 * it column by column. {@code DuckDbTypes} says which Arrow type stands for which of DuckDB's.
 */
@NullMarked
package dev.flightgate.server.backend.duckdb;

import org.jspecify.annotations.NullMarked;
