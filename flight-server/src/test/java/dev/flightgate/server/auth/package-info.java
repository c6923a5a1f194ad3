/** Proofs of who may come in. */
@NullMarked
package dev.flightgate.server.auth;

import org.jspecify.annotations.NullMarked;
