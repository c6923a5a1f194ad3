package dev.flightgate.examples;

import java.net.URI;
import java.util.Map;

/**
 * Where the examples find a gateway: FLIGHTGATE_URI, FLIGHTGATE_USER and FLIGHTGATE_PASSWORD, which
 * {@code examples/run} sets from what {@code flightgate serve} left for this machine.
 */
record Gateway(URI uri, String user, String password) {

  static Gateway ofEnvironment() {
    Map<String, String> environment = System.getenv();
    return new Gateway(
        URI.create(environment.getOrDefault("FLIGHTGATE_URI", "grpc://127.0.0.1:31337")),
        environment.getOrDefault("FLIGHTGATE_USER", "flightgate"),
        environment.getOrDefault("FLIGHTGATE_PASSWORD", ""));
  }
}
