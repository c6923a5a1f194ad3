@NullMarked
package dev.flightgate.server.http;

import org.jspecify.annotations.NullMarked;
