package dev.flightgate.server.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.util.List;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** The guide's example of a listener, with a gateway and a client around it. */
final class SlowStatementsTest {

  @Test
  void aListener_givenToTheGateway_learnsOfSlowStatementsOnly() throws Exception {
    List<String> slow =
        Program.run(
            RunningGateway.builder().config(),
            uri -> {
              try (RootAllocator memory = new RootAllocator();
                  FlightClient flight =
                      FlightClient.builder(memory, new Location(uri.replace("grpc:", "grpc+tcp:")))
                          .build();
                  FlightSqlClient client = new FlightSqlClient(flight)) {
                CredentialCallOption login =
                    flight
                        .authenticateBasicToken("alice", RunningGateway.password("alice"))
                        .orElseThrow();
                client.executeUpdate("create table quick(i int)", login);
                client.executeUpdate(
                    "create table slow as select count(*) from range(60000) a, range(20000) b"
                        + " where a.range % 7 = b.range % 5",
                    login);
              }
            });

    assertThat(slow).hasSize(1);
    assertThat(slow.get(0)).matches("[0-9a-f]{8}-\\d+ of alice");
  }
}
