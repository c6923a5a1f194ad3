/** Something real to query: sample data made at start, written through the backend SPI. */
@NullMarked
package dev.flightgate.server.sample;

import org.jspecify.annotations.NullMarked;
