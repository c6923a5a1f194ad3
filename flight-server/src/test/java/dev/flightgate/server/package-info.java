/** The gateway as a whole. */
@NullUnmarked
package dev.flightgate.server;

import org.jspecify.annotations.NullUnmarked;
