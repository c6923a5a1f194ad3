package dev.flightgate.examples;

import dev.flightgate.client.Credentials;
import dev.flightgate.client.FlightgateClient;
import dev.flightgate.client.FlightgateException;
import dev.flightgate.client.QueryResult;
import dev.flightgate.client.Transaction;
import org.apache.arrow.vector.BigIntVector;

/** Changes that take effect together, or not at all. */
final class Transactions {

  private Transactions() {}

  public static void main(String[] args) {
    Gateway gateway = Gateway.ofEnvironment();
    try (FlightgateClient client =
        FlightgateClient.connect(
            gateway.uri(), Credentials.password(gateway.user(), gateway.password()))) {
      client.update("DROP TABLE IF EXISTS accounts");
      client.update("CREATE TABLE accounts (owner VARCHAR, cents BIGINT CHECK (cents >= 0))");
      client.update("INSERT INTO accounts VALUES ('ada', 100), ('bob', 0)");
      move(client, 60);
      System.out.println("after 60: ada has " + cents(client, "ada"));
      try {
        move(client, 60);
      } catch (FlightgateException refused) {
        System.out.println("60 more: " + refused.code());
      }
      System.out.println("at the end: ada has " + cents(client, "ada"));
      System.out.println("at the end: bob has " + cents(client, "bob"));
    }
  }

  private static void move(FlightgateClient client, long cents) {
    // region guide
    try (Transaction transaction = client.begin()) {
      transaction.update("UPDATE accounts SET cents = cents + ? WHERE owner = 'bob'", cents);
      transaction.update("UPDATE accounts SET cents = cents - ? WHERE owner = 'ada'", cents);
      transaction.commit();
    } // closed without a commit, it rolls back
    // endregion
  }

  private static long cents(FlightgateClient client, String owner) {
    try (QueryResult rows = client.query("SELECT cents FROM accounts WHERE owner = ?", owner)) {
      rows.next();
      return ((BigIntVector) rows.batch().getVector(0)).get(0);
    }
  }
}
