package dev.flightgate.server.types;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A column type of an engine, and values for it.
 *
 * @param declaration the type in CREATE TABLE
 * @param arrow the type that clients get, as {@link ArrowNames} writes it
 * @param told an expression of the engine's over the column v: the value as {@link Cell} writes it,
 *     or "v" where the engine's own driver tells it
 * @param literals values as SQL, NULL apart
 */
record SampledType(
    Engine engine, String declaration, String arrow, String told, List<String> literals) {

  SampledType {
    literals = List.copyOf(literals);
  }

  /** A table of the values, the last of them NULL, numbered by i. */
  List<String> script(String table) {
    String rows =
        IntStream.rangeClosed(0, literals.size())
            .mapToObj(i -> "(" + i + ", " + (i < literals.size() ? literals.get(i) : "NULL") + ")")
            .collect(Collectors.joining(", "));
    return List.of(create(table), "INSERT INTO " + table + " VALUES " + rows);
  }

  /** The same table without rows. */
  String create(String table) {
    return "CREATE TABLE " + table + "(i INTEGER, v " + declaration + ")";
  }

  @Override
  public String toString() {
    return engine.product() + " " + (declaration.isEmpty() ? "(no type)" : declaration);
  }
}
