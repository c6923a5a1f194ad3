/** TLS for every door: certificates and keys that may change while the server runs. */
@NullMarked
package dev.flightgate.server.tls;

import org.jspecify.annotations.NullMarked;
