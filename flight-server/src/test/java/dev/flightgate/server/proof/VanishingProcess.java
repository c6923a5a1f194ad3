package dev.flightgate.server.proof;

import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.memory.RootAllocator;

/**
 * A client in a process of its own, to be killed: has a transaction open and a result half read.
 * Says so on stdout, and then waits for the end of stdin.
 */
final class VanishingProcess {

  private VanishingProcess() {}

  /** Takes the port. */
  public static void main(String[] words) throws Exception {
    try (RootAllocator allocator = new RootAllocator();
        ProofClient client = ProofClient.login(Integer.parseInt(words[0]), allocator, "main")) {
      Transaction transaction = client.sql().beginTransaction(client.options());
      client
          .sql()
          .executeUpdate("insert into soak_written values (1)", transaction, client.options());
      String endless = "select range as i from range(1000000000000)";
      try (FlightStream stream = client.open(client.plan(endless))) {
        stream.next();
        System.out.println("half read");
        System.out.flush();
        while (System.in.read() >= 0) {
          stream.next();
        }
      }
    }
  }
}
