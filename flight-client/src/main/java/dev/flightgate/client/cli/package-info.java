/** The command line built on the client: {@code flightgate query}. */
@NullMarked
package dev.flightgate.client.cli;

import org.jspecify.annotations.NullMarked;
