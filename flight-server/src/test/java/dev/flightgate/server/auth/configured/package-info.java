/** Proofs of who may come in by configuration. */
@NullMarked
package dev.flightgate.server.auth.configured;

import org.jspecify.annotations.NullMarked;
