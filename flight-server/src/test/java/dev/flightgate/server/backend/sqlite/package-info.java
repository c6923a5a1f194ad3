/** Proofs of the SQLite backend: the contract, and what is SQLite's own. */
@NullMarked
package dev.flightgate.server.backend.sqlite;

import org.jspecify.annotations.NullMarked;
