package dev.flightgate.server.flight;

import dev.flightgate.server.EngineTwin;
import dev.flightgate.server.EngineTwin.Engine;
import dev.flightgate.server.RunningGateway;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** For each engine its twin in this process, and a client whose session made the other twin. */
final class TwinFixture implements AutoCloseable {

  private final RunningGateway gateway = RunningGateway.start();
  private final Map<Engine, EngineTwin> twins = new EnumMap<>(Engine.class);
  private final Map<Engine, SqlClient> clients = new EnumMap<>(Engine.class);

  TwinFixture(Path folder) throws Exception {
    try {
      for (Engine engine : Engine.values()) {
        twins.put(engine, new EngineTwin(engine, folder.resolve(engine + " direct")));
        SqlClient client = SqlClient.login(gateway, "alice", engine.database());
        clients.put(engine, client);
        engine.script(folder.resolve(engine + " served")).forEach(client::update);
      }
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  EngineTwin twin(Engine engine) {
    return Objects.requireNonNull(twins.get(engine));
  }

  SqlClient client(Engine engine) {
    return Objects.requireNonNull(clients.get(engine));
  }

  RunningGateway gateway() {
    return gateway;
  }

  @Override
  public void close() throws Exception {
    for (SqlClient client : clients.values()) {
      client.close();
    }
    gateway.close();
    for (EngineTwin twin : twins.values()) {
      twin.close();
    }
  }
}
