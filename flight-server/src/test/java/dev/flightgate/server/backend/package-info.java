/**
 * The executable specification of the backend SPI. {@link
 * dev.flightgate.server.backend.BackendContract} is the entry: a backend is one when a subclass of
 * it passes.
 */
@NullMarked
package dev.flightgate.server.backend;

import org.jspecify.annotations.NullMarked;
