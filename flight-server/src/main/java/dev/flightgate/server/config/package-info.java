/** What the gateway is told: records, read once from file, environment and flags, and checked. */
@NullMarked
package dev.flightgate.server.config;

import org.jspecify.annotations.NullMarked;
