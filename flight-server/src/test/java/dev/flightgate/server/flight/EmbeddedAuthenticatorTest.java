package dev.flightgate.server.flight;

import static dev.flightgate.server.flight.SqlClient.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.Authenticator;
import dev.flightgate.server.auth.Credential;
import dev.flightgate.server.auth.Principal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A program that embeds the gateway says who its clients are. */
final class EmbeddedAuthenticatorTest {

  private static final List<Credential> asked = new CopyOnWriteArrayList<>();
  private static final CountDownLatch slow = new CountDownLatch(1);
  private static RunningGateway gateway;

  /** Knows tokens that are names, one that takes its time, and one that it cannot look up. */
  private static final class Directory implements Authenticator {
    @Override
    public Principal authenticate(Credential credential) throws AuthenticationException {
      asked.add(credential);
      if (credential instanceof Credential.Password password) {
        return Principal.of(password.user(), "admin");
      }
      String token = ((Credential.Token) credential).token();
      if (token.equals("slow")) {
        try {
          slow.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
      if (token.equals("broken")) {
        throw new IllegalStateException("the directory says its password is hunter2");
      }
      if (token.equals("stranger")) {
        throw new AuthenticationException("strangers are not known here");
      }
      return Principal.of(token, "reader");
    }
  }

  @BeforeAll
  static void start() {
    gateway = RunningGateway.builder().authenticator(new Directory()).start();
  }

  @AfterAll
  static void stop() {
    slow.countDown();
    gateway.close();
  }

  private static CallOption bearer(String token) {
    return TlsClient.header("authorization", "Bearer " + token);
  }

  @Test
  void itsReason_isWhatTheClientIsTold_andItsFailureIsNot() throws Exception {
    try (SqlClient client = SqlClient.withoutLogin(gateway)) {
      assertThat(
              failure(
                  FlightStatusCode.UNAUTHENTICATED,
                  () -> client.sql().execute("select 1", bearer("stranger"))))
          .hasMessage("strangers are not known here");
      assertThat(
              failure(
                  FlightStatusCode.UNAVAILABLE,
                  () -> client.sql().execute("select 1", bearer("broken"))))
          .hasMessage("the login cannot be checked now, try again later");
    }
  }

  @Test
  void it_isToldOfTheDatabaseAndThePeer_andNotAskedAboutTokensOfTheGateway() throws Exception {
    try (SqlClient client = SqlClient.login(gateway, "olga", "lite")) {
      asked.clear();
      assertThat(client.query("select 1")).hasSize(1);
      assertThat(asked).isEmpty();
      client.sql().execute("select 1", bearer("pia"), TlsClient.header("database", "lite"));
      assertThat(asked).hasSize(1);
      assertThat(asked.get(0).database()).isEqualTo("lite");
      assertThat(asked.get(0).peer().address()).startsWith("127.0.0.1:");
      assertThat(asked.get(0).toString()).doesNotContain("pia");
    }
  }

  @Test
  void it_mayTakeItsTime_whileOthersOfTheSameConnectionGoOn() throws Exception {
    try (SqlClient client = SqlClient.withoutLogin(gateway)) {
      CompletableFuture<Integer> waiting =
          CompletableFuture.supplyAsync(
              () -> client.sql().execute("select 1", bearer("slow")).getEndpoints().size());
      while (asked.stream()
          .noneMatch(c -> c instanceof Credential.Token t && t.token().equals("slow"))) {
        Thread.onSpinWait();
      }
      for (int call = 0; call < 20; call++) {
        assertThat(client.sql().execute("select 1", bearer("quick")).getEndpoints()).hasSize(1);
      }
      assertThat(waiting).isNotDone();
      slow.countDown();
      assertThat(waiting.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    }
  }
}
