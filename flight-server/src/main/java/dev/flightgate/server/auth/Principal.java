package dev.flightgate.server.auth;

/**
 * A user who proved to be one.
 *
 * @param name as configured
 * @param readOnly whether every change is refused
 */
public record Principal(String name, boolean readOnly) {}
