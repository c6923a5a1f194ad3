@NullMarked
package dev.flightgate.benchmarks;

import org.jspecify.annotations.NullMarked;
