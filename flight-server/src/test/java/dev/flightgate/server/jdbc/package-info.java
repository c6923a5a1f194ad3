/** What users of the Flight SQL JDBC driver get, on every engine: a specification by its tests. */
@NullMarked
package dev.flightgate.server.jdbc;

import org.jspecify.annotations.NullMarked;
