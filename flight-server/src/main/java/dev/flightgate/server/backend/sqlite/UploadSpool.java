package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BatchStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.jspecify.annotations.Nullable;

/**
 * A whole upload, received before it is written anywhere: reading it again waits for nobody.
 * Belongs to one thread; owns what it holds, and nothing of the upload's stream.
 *
 * <p>The first {@value #MEMORY_BYTES_MAX} bytes stay in memory, by reference to the upload's
 * buffers. What exceeds them goes to a file in the system's temporary folder, as the record batch
 * messages of Arrow's IPC format, which only the server's user can read and which is gone with the
 * spool. The file may grow as large as the upload: as the database itself would.
 */
final class UploadSpool implements BatchStream {

  static final int MEMORY_BYTES_MAX = 8 * 1024 * 1024;

  private final BufferAllocator allocator;
  private final VectorSchemaRoot root;
  private final Deque<ArrowRecordBatch> held = new ArrayDeque<>();
  private @Nullable FileChannel file;
  private long heldBytes;
  private int filed;

  private UploadSpool(BatchStream upload, BufferAllocator allocator) {
    this.allocator = allocator;
    this.root = VectorSchemaRoot.create(upload.root().getSchema(), allocator);
  }

  /**
   * Pulls the upload to its end.
   *
   * @param allocator for the batches when they are read again
   * @param check called after each batch; what it throws ends the waiting
   * @throws BackendException EXHAUSTED if the file cannot be written
   */
  static UploadSpool of(BatchStream upload, BufferAllocator allocator, Runnable check) {
    UploadSpool spool = new UploadSpool(upload, allocator);
    try {
      VectorUnloader unloader = new VectorUnloader(upload.root());
      while (upload.next()) {
        check.run();
        spool.add(unloader.getRecordBatch());
      }
      spool.rewind();
      return spool;
    } catch (IOException e) {
      spool.close();
      throw failed(e);
    } catch (RuntimeException e) {
      spool.close();
      throw e;
    }
  }

  private void add(ArrowRecordBatch batch) throws IOException {
    heldBytes += batch.computeBodyLength();
    if (heldBytes <= MEMORY_BYTES_MAX) {
      held.addLast(batch);
      return;
    }
    try (batch) {
      if (file == null) {
        file = temporaryFile();
      }
      MessageSerializer.serialize(new WriteChannel(file), batch); // closing it would close the file
      filed++;
    }
  }

  private static FileChannel temporaryFile() throws IOException {
    Path path = Files.createTempFile("flightgate-upload", ".arrow");
    return FileChannel.open(
        path,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private void rewind() throws IOException {
    if (file != null) {
      file.position(0);
    }
  }

  @Override
  public VectorSchemaRoot root() {
    return root;
  }

  @Override
  public boolean next() {
    root.clear();
    try (ArrowRecordBatch batch = take()) {
      if (batch == null) {
        return false;
      }
      new VectorLoader(root).load(batch);
      return true;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private @Nullable ArrowRecordBatch take() throws IOException {
    if (!held.isEmpty()) {
      return held.removeFirst();
    }
    if (file == null || filed == 0) {
      return null;
    }
    filed--;
    return MessageSerializer.deserializeRecordBatch(new ReadChannel(file), allocator);
  }

  private static BackendException failed(IOException cause) {
    return new BackendException(
        Kind.EXHAUSTED,
        "the upload cannot be kept in a temporary file: " + cause.getMessage(),
        cause);
  }

  @Override
  public void close() {
    root.close();
    held.forEach(ArrowRecordBatch::close);
    held.clear();
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw failed(e);
      }
    }
  }
}
