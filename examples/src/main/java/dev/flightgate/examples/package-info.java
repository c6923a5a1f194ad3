/** Small programs that show how to reach a gateway; each is run by a test. */
@NullMarked
package dev.flightgate.examples;

import org.jspecify.annotations.NullMarked;
