/** Properties that hold for whatever random data goes through a real gateway. */
@NullMarked
package dev.flightgate.server.property;

import org.jspecify.annotations.NullMarked;
