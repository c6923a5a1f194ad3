/** Proofs that the sample data is TPC-H. */
@NullMarked
package dev.flightgate.server.sample;

import org.jspecify.annotations.NullMarked;
