package dev.flightgate.server.config;

/**
 * What traces tell; whether there are any, OpenTelemetry's own variables say.
 *
 * @param queryText whether spans have the text of their statement
 */
public record TracesConfig(boolean queryText) {}
