@NullMarked
package dev.flightgate.client;

import org.jspecify.annotations.NullMarked;
