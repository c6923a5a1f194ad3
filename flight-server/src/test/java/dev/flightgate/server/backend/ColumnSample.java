package dev.flightgate.server.backend;

import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * A column type of an engine and a value that survives a round trip.
 *
 * @param name a name for the column
 * @param sqlType the type in CREATE TABLE
 * @param type the Arrow type that a SELECT of the column yields
 * @param literal a value as SQL
 * @param printed the value as {@link PrintedTable} shows it
 */
public record ColumnSample(
    String name, String sqlType, ArrowType type, String literal, String printed) {}
