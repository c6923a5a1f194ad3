package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Login;
import dev.flightgate.server.auth.LoginThrottle;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.auth.TokenIssuer;
import dev.flightgate.server.auth.configured.ConfiguredAuthenticator;
import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.health.Readiness;
import dev.flightgate.server.listener.Listeners;
import dev.flightgate.server.query.QueryPool;
import dev.flightgate.server.query.QueryService;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.SessionRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** What a door stands on, without any database. Closing it fails if memory is left. */
final class DoorFixture implements AutoCloseable {

  private final BufferAllocator allocator = new RootAllocator();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService pool = Executors.newCachedThreadPool();
  private final GatewayConfig config;
  private FlightDoor door;
  private final SessionRegistry sessions;
  private final QueryService queries;

  DoorFixture(GatewayConfig config) {
    this.config = config;
    this.sessions = new SessionRegistry(config.sessions(), 1 << 19, 8_192, allocator);
    this.queries =
        new QueryService(
            config.queries(), sessions, allocator, new QueryService.Threads(pool, pool, timer));
  }

  GatewayConfig config() {
    return config;
  }

  BufferAllocator allocator() {
    return allocator;
  }

  ScheduledExecutorService timer() {
    return timer;
  }

  SessionRegistry sessions() {
    return sessions;
  }

  QueryService queries() {
    return queries;
  }

  Login login() {
    return new Login(
        new ConfiguredAuthenticator(config.auth(), Roles.BUILT_IN),
        new TokenIssuer(Duration.ofHours(1), Clock.systemUTC(), Roles.BUILT_IN),
        new LoginThrottle(Clock.systemUTC()));
  }

  /** Opens a door on the port of the configuration; closed with the fixture. */
  FlightDoor openDoor(FlightDoor.Patience patience) throws IOException {
    Database none = new Database("none", new NoBackend(), false);
    FlightDoor.Parts parts =
        new FlightDoor.Parts(
            login(),
            queries,
            sessions,
            Map.of("none", none),
            none,
            allocator,
            pool,
            new QueryPool(pool, config.queries().runningMax()),
            timer,
            Listeners.of(List.of()),
            new Readiness(List.of("none")));
    door = FlightDoor.open(config, parts, patience);
    return door;
  }

  private static final class NoBackend implements Backend {
    @Override
    public BackendInfo info() {
      throw new IllegalStateException("there is no database");
    }

    @Override
    public BackendSession openSession(SessionContext context) {
      throw new IllegalStateException("there is no database");
    }

    @Override
    public void close() {}
  }

  @Override
  public void close() {
    if (door != null) {
      door.close();
    }
    pool.shutdownNow();
    sessions.close();
    timer.shutdownNow();
    queries.sweep();
    allocator.close();
  }
}
