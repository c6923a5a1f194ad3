/** The gateway's wiring: the one package that knows every other. */
@NullMarked
package dev.flightgate.server;

import org.jspecify.annotations.NullMarked;
