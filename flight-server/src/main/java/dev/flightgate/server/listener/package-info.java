/** What a program around the gateway, or a jar beside it, is told of what happens there. */
@NullMarked
package dev.flightgate.server.listener;

import org.jspecify.annotations.NullMarked;
