/** What nobody should send, sent to a real gateway. */
@NullMarked
package dev.flightgate.server.fuzz;

import org.jspecify.annotations.NullMarked;
