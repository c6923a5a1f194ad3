package dev.flightgate.server.listener;

/**
 * A client's connection.
 *
 * @param number counts the gateway's connections from 1
 * @param peer the client's address with its port
 */
public record ClientConnection(long number, String peer) {}
