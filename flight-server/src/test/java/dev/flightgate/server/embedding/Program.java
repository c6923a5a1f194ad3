package dev.flightgate.server.embedding;

import dev.flightgate.server.Gateway;
import dev.flightgate.server.config.GatewayConfig;
import java.time.Duration;
import java.util.List;

/** The guide's example of a program that has a gateway inside. */
final class Program {

  private Program() {}

  static List<String> run(GatewayConfig config, ClientWork client) throws Exception {
    // region start
    SlowStatements statements = new SlowStatements(Duration.ofMillis(200));
    try (Gateway gateway = Gateway.start(config, statements)) {
      client.work(gateway.uri());
    }
    return statements.slow();
    // endregion
  }

  interface ClientWork {
    void work(String uri) throws Exception;
  }
}
