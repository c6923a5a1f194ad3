/**
 * The one way in for every door: a session and a statement become a planned result, a running query
 * or an outcome. Admission, limits, deadlines and cancelling live here.
 */
@NullMarked
package dev.flightgate.server.query;

import org.jspecify.annotations.NullMarked;
