/** Who is calling, and what they may do. Knows no protocol: doors bring credentials as records. */
@NullMarked
package dev.flightgate.server.auth;

import org.jspecify.annotations.NullMarked;
