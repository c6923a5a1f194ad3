/**
 * The HTTP door: health, readiness, version and metrics for whoever runs the gateway. A sibling of
 * the Flight door; no statement comes in here.
 */
@NullMarked
package dev.flightgate.server.http;

import org.jspecify.annotations.NullMarked;
