package dev.flightgate.examples;

import dev.flightgate.client.Credentials;
import dev.flightgate.client.FlightgateClient;
import dev.flightgate.client.QueryResult;
import java.net.URI;

/** Connects with Flightgate's own client, asks with a parameter, and changes a table. */
final class QuickStart {

  private QuickStart() {}

  public static void main(String[] args) {
    Gateway gateway = Gateway.ofEnvironment();
    run(gateway.uri(), gateway.user(), gateway.password());
  }

  private static void run(URI uri, String user, String password) {
    // region readme
    try (FlightgateClient client =
        FlightgateClient.connect(uri, Credentials.password(user, password))) {
      try (QueryResult rows =
          client.query("SELECT n_name, n_nationkey FROM nation WHERE n_regionkey = ?", 3)) {
        while (rows.next()) {
          System.out.print(rows.batch().contentToTSVString()); // an Arrow VectorSchemaRoot
        }
      }
      client.update("DROP TABLE IF EXISTS visits");
      client.update("CREATE TABLE visits (who VARCHAR, times INTEGER)");
      long inserted = client.update("INSERT INTO visits VALUES (?, ?)", "ada", 3);
      System.out.println(inserted + " row inserted");
    }
    // endregion
  }
}
