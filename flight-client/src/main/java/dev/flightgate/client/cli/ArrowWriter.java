package dev.flightgate.client.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The Arrow IPC stream format: schema, record batches, end-of-stream mark. Batches come from
 * different roots, one for each endpoint, so the messages are written one by one.
 */
final class ArrowWriter implements ResultWriter {

  private final OutputStream out;
  private final WriteChannel channel;

  ArrowWriter(OutputStream out) {
    this.out = out;
    this.channel = new WriteChannel(Channels.newChannel(out));
  }

  @Override
  public void begin(Schema schema) throws IOException {
    refuseDictionaries(schema.getFields());
    MessageSerializer.serialize(channel, schema);
  }

  private static void refuseDictionaries(List<Field> fields) {
    for (Field field : fields) {
      if (field.getDictionary() != null) {
        throw new UsageException(
            "column " + field.getName() + " is dictionary-encoded; use another --format");
      }
      refuseDictionaries(field.getChildren());
    }
  }

  @Override
  public void write(VectorSchemaRoot batch, int rows) throws IOException {
    if (rows == batch.getRowCount()) {
      write(batch);
      return;
    }
    try (VectorSchemaRoot part = batch.slice(0, rows)) {
      write(part);
    }
  }

  private void write(VectorSchemaRoot batch) throws IOException {
    try (ArrowRecordBatch message = new VectorUnloader(batch).getRecordBatch()) {
      MessageSerializer.serialize(channel, message);
    }
  }

  @Override
  public void end() throws IOException {
    ArrowStreamWriter.writeEndOfStream(channel, IpcOption.DEFAULT);
    out.flush();
  }
}
