/** Proofs of the lexical rules, by table and against the engines themselves. */
@NullMarked
package dev.flightgate.server.sql;

import org.jspecify.annotations.NullMarked;
