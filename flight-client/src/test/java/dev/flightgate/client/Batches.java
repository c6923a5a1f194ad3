package dev.flightgate.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows to send: {@code id: int64}, counted up, and {@code name: utf8}, {@code "name "} and the id.
 */
final class Batches {

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("id", MinorType.BIGINT.getType()),
              Field.nullable("name", MinorType.VARCHAR.getType())));

  private Batches() {}

  /** One batch, which the caller closes. */
  static VectorSchemaRoot of(BufferAllocator allocator, long firstId, int rows) {
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
    fill(root, firstId, rows);
    return root;
  }

  /** That many batches of that many rows as an IPC stream. */
  static byte[] stream(BufferAllocator allocator, int batches, int rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = of(allocator, 0, 0);
        ArrowStreamWriter writer = new ArrowStreamWriter(root, null, bytes)) {
      for (int i = 0; i < batches; i++) {
        fill(root, (long) i * rows, rows);
        writer.writeBatch();
      }
      writer.end();
    }
    return bytes.toByteArray();
  }

  private static void fill(VectorSchemaRoot root, long firstId, int rows) {
    for (int row = 0; row < rows; row++) {
      long id = firstId + row;
      ((BigIntVector) root.getVector("id")).setSafe(row, id);
      ((VarCharVector) root.getVector("name"))
          .setSafe(row, ("name " + id).getBytes(StandardCharsets.UTF_8));
    }
    root.setRowCount(rows);
  }
}
