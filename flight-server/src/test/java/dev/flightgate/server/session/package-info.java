/** What sessions hold, and for how long. */
@NullMarked
package dev.flightgate.server.session;

import org.jspecify.annotations.NullMarked;
