package dev.flightgate.server.flight;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names calls: eight digits that tell servers and their restarts apart, and a number. Thread-safe.
 */
final class RequestIds {

  private static final int SERVER_BYTES = 4;

  private final String server;
  private final AtomicLong numbers = new AtomicLong();

  RequestIds() {
    byte[] random = new byte[SERVER_BYTES];
    new SecureRandom().nextBytes(random);
    server = HexFormat.of().formatHex(random) + "-";
  }

  String next() {
    return server + numbers.incrementAndGet();
  }
}
