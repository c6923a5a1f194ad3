/** Tests of what guards the wire. */
@NullMarked
package dev.flightgate.server.flight.wire;

import org.jspecify.annotations.NullMarked;
