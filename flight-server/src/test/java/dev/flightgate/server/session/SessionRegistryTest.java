package dev.flightgate.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.auth.Roles;
import dev.flightgate.server.backend.Backend;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendInfo;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.SessionContext;
import dev.flightgate.server.config.GatewayConfig.SessionConfig;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** Which session is closed for another one: never one that is in use. */
class SessionRegistryTest {

  private static final Principal ALICE = Principal.of("alice", Roles.ADMIN);
  private static final Principal BOB = Principal.of("bob", Roles.ADMIN);

  private final Database database = new Database("main", new NoBackend(), false);

  private static final class NoBackend implements Backend {
    @Override
    public BackendInfo info() {
      throw new UnsupportedOperationException();
    }

    @Override
    public BackendSession openSession(SessionContext context) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static SessionRegistry registry(BufferAllocator allocator, int max) {
    return registry(allocator, RunningGateway.builder().set("sessions.max", max));
  }

  private static SessionRegistry registry(
      BufferAllocator allocator, RunningGateway.Builder settings) {
    SessionConfig config = settings.config().sessions();
    return new SessionRegistry(config, 1 << 19, 8_192, allocator);
  }

  private Session open(SessionRegistry registry, Principal principal, String id) {
    return registry.open(principal, id, database, null, true);
  }

  @Test
  void open_atTheLimit_closesNoSessionThatWasJustOpened() {
    try (BufferAllocator allocator = new RootAllocator();
        SessionRegistry registry = registry(allocator, 1)) {
      Session first = open(registry, ALICE, "first");

      assertThatThrownBy(() -> open(registry, BOB, "second"))
          .isInstanceOf(BackendException.class)
          .hasMessageContaining("sessions.max");

      first.leave();
      open(registry, BOB, "second").leave();
      assertThat(registry.find(ALICE, "first", database)).isEmpty();
    }
  }

  @Test
  void open_atTheLimit_closesTheLongestUnusedOfTheUserWithMost() {
    try (BufferAllocator allocator = new RootAllocator();
        SessionRegistry registry = registry(allocator, 4)) {
      open(registry, ALICE, "a").leave();
      for (String id : new String[] {"b1", "b2", "b3"}) {
        open(registry, BOB, id).leave();
      }

      open(registry, ALICE, "a2").leave();

      assertThat(registry.find(BOB, "b1", database)).isEmpty();
      assertThat(registry.find(ALICE, "a", database)).isPresent();
      open(registry, ALICE, "a3").leave();
      assertThat(registry.find(ALICE, "a", database)).isEmpty();
      assertThat(registry.size()).isEqualTo(4);
    }
  }

  @Test
  void open_beyondAUsersShare_isRefusedAndKeepsNobodyElseOut() {
    try (BufferAllocator allocator = new RootAllocator();
        SessionRegistry registry =
            registry(allocator, RunningGateway.builder().set("sessions.per-user-max", 2))) {
      Session first = open(registry, BOB, "b1");
      Session second = open(registry, BOB, "b2");

      assertThatThrownBy(() -> open(registry, BOB, "b3"))
          .hasMessageContaining("user bob holds 2 sessions")
          .hasMessageContaining("sessions.per-user-max");
      open(registry, ALICE, "a").leave();

      first.leave();
      open(registry, BOB, "b3").leave();
      assertThat(registry.find(BOB, "b1", database)).isEmpty();
      assertThat(registry.find(ALICE, "a", database)).isPresent();
      second.leave();
      registry.close(second);
      open(registry, BOB, "b4").leave();
      assertThat(registry.find(BOB, "b3", database)).isPresent();
    }
  }

  @Test
  void open_ofASessionClosedMeanwhile_makesItAnew() {
    try (BufferAllocator allocator = new RootAllocator();
        SessionRegistry registry = registry(allocator, 4)) {
      Session old = open(registry, ALICE, "same");
      registry.close(old);

      Session again = open(registry, ALICE, "same");

      assertThat(again).isNotSameAs(old);
      assertThatThrownBy(old::enter).hasMessage("the session was closed");
      old.leave();
      assertThat(registry.find(ALICE, "same", database)).isEqualTo(Optional.of(again));
      again.leave();
    }
  }
}
