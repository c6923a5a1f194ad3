package dev.flightgate.client;

import org.jspecify.annotations.Nullable;

/**
 * One table or view the server has.
 *
 * @param catalog null where the engine has none
 * @param schema null where the engine has none
 * @param name as the engine writes it
 * @param type {@code TABLE}, {@code VIEW}, or what else the engine has
 */
public record TableInfo(
    @Nullable String catalog, @Nullable String schema, String name, String type) {}
