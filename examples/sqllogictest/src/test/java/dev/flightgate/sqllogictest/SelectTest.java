package dev.flightgate.sqllogictest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What passes in an engine passes through the gateway, and nothing else does. */
class SelectTest {

  @ParameterizedTest
  @CsvSource({
    "select1, jdbc:duckdb:, main",
    "select2, jdbc:duckdb:, main",
    "select3, jdbc:duckdb:, main",
    "select1, jdbc:sqlite::memory:, lite",
    "select2, jdbc:sqlite::memory:, lite",
    "select3, jdbc:sqlite::memory:, lite"
  })
  void gateway_passesWhatTheEnginePasses(String name, String engine, String database)
      throws Exception {
    Script script = new Script("test/" + name + ".test");
    Map<Integer, Boolean> inProcess = script.run(engine);
    Map<Integer, Boolean> throughTheGateway =
        script.run(
            "jdbc:arrow-flight-sql://"
                + System.getProperty("gateway")
                + "/?useEncryption=false&database="
                + database);
    long passed = inProcess.values().stream().filter(yes -> yes).count();
    System.out.printf("%s in %s: %d of %d pass%n", name, engine, passed, inProcess.size());
    assertThat(throughTheGateway).isEqualTo(inProcess);
    assertThat(passed).isPositive();
  }
}
