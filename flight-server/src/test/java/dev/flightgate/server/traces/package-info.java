/** Traces, as their receiver gets them. */
@NullUnmarked
package dev.flightgate.server.traces;

import org.jspecify.annotations.NullUnmarked;
