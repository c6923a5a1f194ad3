package dev.flightgate.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.client.Certificate;
import dev.flightgate.client.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code flightgate health} against the real gateway with TLS and an HTTP door. */
final class HealthEndToEndTest {

  @TempDir private static Path folder;

  private static Certificate certificate;
  private static ServerProcess server;

  private final FakeTerminal terminal = new FakeTerminal();

  @BeforeAll
  static void start() throws Exception {
    certificate = Certificate.make(folder);
    server =
        ServerProcess.start(
            folder,
            "--http-port",
            "0",
            "--tls-cert",
            certificate.certificate().toString(),
            "--tls-key",
            certificate.key().toString());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  private int health(String options) {
    List<String> arguments = new ArrayList<>(List.of("health"));
    for (String option : options.split(" ", -1)) {
      arguments.add(
          option
              .replace("{uri}", server.uri().toString())
              .replace("{http}", server.httpUri())
              .replace("{roots}", certificate.certificate().toString()));
    }
    return terminal.run(arguments.toArray(new String[0]));
  }

  @ParameterizedTest
  @CsvSource({
    "--uri {uri}",
    "--uri {uri} --database main",
    "--uri {uri} --tls-roots {roots}",
    "--http {http}",
    "--http {http} --tls-roots {roots}"
  })
  void health_ofAServerThatIsReady_endsWithZero(String options) {
    assertThat(health(options)).as(terminal.err()).isZero();
    assertThat(terminal.err()).isEqualToNormalizingNewlines("ready\n");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void health_ofTheServerThatTheEnvironmentNames_endsWithZero() {
    terminal.with("FLIGHTGATE_URI", server.uri().toString());
    assertThat(terminal.run("health")).as(terminal.err()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "--uri {uri} --database none, database/NAME",
    "--uri grpc://127.0.0.1:1, refused",
    "--http http://127.0.0.1:1, refused",
    "--uri {uri} --tls-roots missing.pem, missing.pem"
  })
  void health_notToBeHad_endsWithOneAndSaysWhy(String options, String why) {
    assertThat(health(options)).isOne();
    assertThat(terminal.err()).startsWith("error: ").contains(why).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--http {http} --uri {uri}",
    "--http ftp://127.0.0.1:1",
    "--uri nonsense:\\",
    "--timeout 0"
  })
  void health_askedWrongly_endsWithTwo(String options) {
    assertThat(health(options)).isEqualTo(2);
  }
}
