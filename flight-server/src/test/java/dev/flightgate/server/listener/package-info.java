/** What listeners are told, without a gateway around. */
@NullMarked
package dev.flightgate.server.listener;

import org.jspecify.annotations.NullMarked;
