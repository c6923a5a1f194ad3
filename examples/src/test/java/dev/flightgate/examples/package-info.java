/** Runs every example against the real gateway, and holds the documentation to what was run. */
@NullMarked
package dev.flightgate.examples;

import org.jspecify.annotations.NullMarked;
