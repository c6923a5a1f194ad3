/**
 * The backend SPI: what an SQL engine must offer to stand behind the gateway.
 *
 * <p>Arrow vectors and plain records only; nothing here knows Flight, gRPC or any particular
 * engine. Each engine lives in a package of its own below this one and is found by {@link
 * java.util.ServiceLoader} through {@link dev.flightgate.server.backend.BackendFactory}. The
 * executable specification of this package is the test class {@code BackendContract}.
 */
@NullMarked
package dev.flightgate.server.backend;

import org.jspecify.annotations.NullMarked;
