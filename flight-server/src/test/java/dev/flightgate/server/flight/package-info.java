/** The Flight door, as clients meet it: a real server, and clients that we did not write. */
@NullUnmarked
package dev.flightgate.server.flight;

import org.jspecify.annotations.NullUnmarked;
