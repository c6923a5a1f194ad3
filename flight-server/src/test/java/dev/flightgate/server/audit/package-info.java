/** The audit: what is in its file, and what happens when it cannot be written. */
@NullUnmarked
package dev.flightgate.server.audit;

import org.jspecify.annotations.NullUnmarked;
