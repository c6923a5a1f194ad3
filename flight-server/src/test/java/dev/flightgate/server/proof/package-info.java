/** What the server promises under attack: killed, stormed, worn out, and fed with garbage. */
@NullUnmarked
package dev.flightgate.server.proof;

import org.jspecify.annotations.NullUnmarked;
