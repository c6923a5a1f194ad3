package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** A DoPut of the same rows in any number of batches, which is answered exactly once. */
record Upload(Message command, VectorSchemaRoot rows, DictionaryProvider dictionaries) {

  Upload(Message command, VectorSchemaRoot rows) {
    this(command, rows, new DictionaryProvider.MapDictionaryProvider());
  }

  /** The metadata of the only PutResult. */
  byte[] send(SqlClient client, int batches) throws Exception {
    try (SyncPutListener answers = new SyncPutListener()) {
      FlightClient.ClientStreamListener upload =
          client
              .flight()
              .startPut(
                  Prepared.descriptor(command), rows, dictionaries, answers, client.options());
      for (int batch = 0; batch < batches; batch++) {
        upload.putNext();
      }
      upload.completed();
      upload.getResult();
      try (var answer = answers.read()) {
        byte[] metadata = new byte[(int) answer.getApplicationMetadata().readableBytes()];
        answer.getApplicationMetadata().readBytes(metadata);
        assertThat(answers.read()).as("a second PutResult").isNull();
        return metadata;
      }
    }
  }

  /** The count in the only PutResult. */
  long count(SqlClient client, int batches) throws Exception {
    return DoPutUpdateResult.parseFrom(send(client, batches)).getRecordCount();
  }
}
