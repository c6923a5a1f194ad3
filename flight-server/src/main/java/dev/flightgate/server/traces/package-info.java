/** Traces of calls and statements, as OpenTelemetry has them. */
@NullMarked
package dev.flightgate.server.traces;

import org.jspecify.annotations.NullMarked;
