/**
 * What a client's bytes must be before flight-core sees them: it trusts them, and falls with an
 * unknown error, or not at all. Everything here runs on gRPC's threads.
 */
@NullMarked
package dev.flightgate.server.flight.wire;

import org.jspecify.annotations.NullMarked;
