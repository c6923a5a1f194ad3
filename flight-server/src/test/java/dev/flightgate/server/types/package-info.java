/** Every type of both engines, through every client, both ways; and the guide's page of types. */
@NullMarked
package dev.flightgate.server.types;

import org.jspecify.annotations.NullMarked;
