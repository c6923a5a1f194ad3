package dev.flightgate.examples;

import dev.flightgate.client.Credentials;
import dev.flightgate.client.FlightgateClient;
import dev.flightgate.client.IngestMode;
import dev.flightgate.client.QueryResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Sends a batch of rows into a table without any INSERT, column by column. */
final class BulkIngest {

  private static final int ROWS = 100_000;

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("id", MinorType.BIGINT.getType()),
              Field.nullable("name", MinorType.VARCHAR.getType())));

  private BulkIngest() {}

  public static void main(String[] args) {
    Gateway gateway = Gateway.ofEnvironment();
    try (FlightgateClient client =
            FlightgateClient.connect(
                gateway.uri(), Credentials.password(gateway.user(), gateway.password()));
        VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, client.allocator())) {
      fill(batch);
      // region guide
      long stored = client.ingest("events", IngestMode.REPLACE, batch);
      // endregion
      System.out.println(stored + " rows stored");
      try (QueryResult rows = client.query("SELECT min(name), max(id) FROM events")) {
        while (rows.next()) {
          System.out.print(rows.batch().contentToTSVString());
        }
      }
    }
  }

  private static void fill(VectorSchemaRoot batch) {
    BigIntVector ids = (BigIntVector) batch.getVector("id");
    VarCharVector names = (VarCharVector) batch.getVector("name");
    for (int row = 0; row < ROWS; row++) {
      ids.setSafe(row, row);
      names.setSafe(row, ("event " + row).getBytes(StandardCharsets.UTF_8));
    }
    batch.setRowCount(ROWS);
  }
}
