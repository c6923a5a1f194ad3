/**
 * The thin Java client: connect, query, update, prepare, transactions, bulk ingest.
 *
 * <p>It speaks Arrow Flight SQL over grpc-netty-shaded, so that an embedding application's own
 * Netty or gRPC transport is never in its way. {@link dev.flightgate.client.FlightgateClient} is
 * where to begin. Every failure is a {@link dev.flightgate.client.FlightgateException}.
 */
@NullMarked
package dev.flightgate.client;

import org.jspecify.annotations.NullMarked;
