/**
 * SQL as text: where one statement ends and the next begins, and what its first words say. Knows no
 * engine beyond its lexical rules.
 */
@NullMarked
package dev.flightgate.server.sql;

import org.jspecify.annotations.NullMarked;
