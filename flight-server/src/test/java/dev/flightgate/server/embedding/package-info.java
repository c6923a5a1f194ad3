/** The gateway inside of another program, which knows no more of it than what is public. */
@NullMarked
package dev.flightgate.server.embedding;

import org.jspecify.annotations.NullMarked;
