package dev.flightgate.server.backend;

import dev.flightgate.server.sql.SqlDialect;
import java.util.List;
import java.util.Set;

/**
 * What an engine is and can do.
 *
 * @param type the factory's word for the engine: "duckdb"
 * @param productName the engine's own name: "DuckDB"
 * @param productVersion the engine's own version, without the leading "v": "2.0.0"
 * @param dialect the lexical rules of its SQL
 * @param capabilities what it can do
 * @param nullOrdering where NULL comes in ORDER BY
 * @param keywords its reserved words beyond SQL:2003, as {@code DatabaseMetaData.getSQLKeywords}
 *     lists them
 * @param numericFunctions names of its numeric functions
 * @param stringFunctions names of its string functions
 * @param dateTimeFunctions names of its date and time functions
 * @param systemFunctions names of its system functions
 */
public record BackendInfo(
    String type,
    String productName,
    String productVersion,
    SqlDialect dialect,
    Set<Capability> capabilities,
    NullOrdering nullOrdering,
    List<String> keywords,
    List<String> numericFunctions,
    List<String> stringFunctions,
    List<String> dateTimeFunctions,
    List<String> systemFunctions) {

  /** Copies the collections. */
  public BackendInfo {
    capabilities = Set.copyOf(capabilities);
    keywords = List.copyOf(keywords);
    numericFunctions = List.copyOf(numericFunctions);
    stringFunctions = List.copyOf(stringFunctions);
    dateTimeFunctions = List.copyOf(dateTimeFunctions);
    systemFunctions = List.copyOf(systemFunctions);
  }

  /** Whether the engine has the capability. */
  public boolean can(Capability capability) {
    return capabilities.contains(capability);
  }
}
