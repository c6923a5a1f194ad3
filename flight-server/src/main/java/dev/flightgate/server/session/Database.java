package dev.flightgate.server.session;

import dev.flightgate.server.backend.Backend;

/**
 * An open database and the name under which clients pick it. The backend is closed by the gateway.
 */
public record Database(String name, Backend backend) {}
