package dev.flightgate.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds a free port of the loopback below 32,768, where the system takes none for the other ends of
 * connections: a port that is free now is free a moment later too.
 */
public final class FreePort {

  private static final int FIRST = 20_000;
  private static final int END = 32_768;
  private static final int TRIES = 100;

  private FreePort() {}

  public static int find() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // Taken: the next try is another one.
      }
    }
    throw new IllegalStateException("no free port in " + TRIES + " tries");
  }
}
