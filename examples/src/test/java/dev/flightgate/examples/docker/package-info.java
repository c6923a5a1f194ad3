/** The image, run by a real Docker engine. */
@NullMarked
package dev.flightgate.examples.docker;

import org.jspecify.annotations.NullMarked;
