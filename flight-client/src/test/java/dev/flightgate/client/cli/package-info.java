@NullMarked
package dev.flightgate.client.cli;

import org.jspecify.annotations.NullMarked;
