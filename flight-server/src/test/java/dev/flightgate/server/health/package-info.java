@NullMarked
package dev.flightgate.server.health;

import org.jspecify.annotations.NullMarked;
