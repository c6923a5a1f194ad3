/** Tests of queries that need an engine which does as the test says. */
@NullMarked
package dev.flightgate.server.query;

import org.jspecify.annotations.NullMarked;
