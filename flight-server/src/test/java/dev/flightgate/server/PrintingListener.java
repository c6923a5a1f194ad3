package dev.flightgate.server;

import dev.flightgate.server.listener.GatewayListener;

/** Found on the class path of a process. */
public final class PrintingListener implements GatewayListener {

  static final String CLOSED = "the listener on the class path was closed";

  @Override
  public void close() {
    System.err.println(CLOSED);
  }
}
