/**
 * What a client holds between its calls: sessions, connections to the engine, transactions,
 * prepared statements and results not fetched yet. Bounded, expiring, closing what they hold. Runs
 * no SQL but what ends a transaction.
 */
@NullMarked
package dev.flightgate.server.session;

import org.jspecify.annotations.NullMarked;
