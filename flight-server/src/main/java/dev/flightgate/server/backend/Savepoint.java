package dev.flightgate.server.backend;

/**
 * A mark in the open transaction of a {@link BackendSession}, good until it is released, an outer
 * one is released or rolled back to, or the transaction ends. Two of the same name are two marks:
 * it is compared by identity.
 */
public final class Savepoint {

  private final String name;

  /** A mark that was set under this name. */
  public Savepoint(String name) {
    this.name = name;
  }

  /** What SQL calls it. */
  public String name() {
    return name;
  }
}
