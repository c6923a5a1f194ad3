/**
 * The Flight SQL door: the only package that knows Flight, gRPC and protobuf, and it knows no SQL
 * engine. gRPC's event loops only move bytes; calls are answered on the door's call threads and
 * results streamed on the query pool.
 */
@NullMarked
package dev.flightgate.server.flight;

import org.jspecify.annotations.NullMarked;
