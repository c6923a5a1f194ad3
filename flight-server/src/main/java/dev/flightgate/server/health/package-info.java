/** How the gateway and its databases are: what the doors tell those who ask. */
@NullMarked
package dev.flightgate.server.health;

import org.jspecify.annotations.NullMarked;
