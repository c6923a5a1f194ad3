/** A record of who did what, for those who have to know later. */
@NullMarked
package dev.flightgate.server.audit;

import org.jspecify.annotations.NullMarked;
