/** Files that are read or written by several parts: private ones, and those that change. */
@NullMarked
package dev.flightgate.server.files;

import org.jspecify.annotations.NullMarked;
