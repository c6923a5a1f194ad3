/** What the gateway counts and measures, for those who watch it. */
@NullMarked
package dev.flightgate.server.metrics;

import org.jspecify.annotations.NullMarked;
