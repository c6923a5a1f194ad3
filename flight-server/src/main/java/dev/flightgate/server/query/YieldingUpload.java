package dev.flightgate.server.query;

import dev.flightgate.server.backend.BatchStream;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * An upload that holds its statement's place only while its rows are written: a client that sends
 * nothing keeps nobody else's upload out. Does not own the upload.
 */
final class YieldingUpload implements BatchStream {

  private final BatchStream upload;
  private final StatementRun run;

  YieldingUpload(BatchStream upload, StatementRun run) {
    this.upload = upload;
    this.run = run;
  }

  @Override
  public VectorSchemaRoot root() {
    return upload.root();
  }

  @Override
  public boolean next() {
    run.giveWay();
    boolean more = upload.next();
    run.resume();
    return more;
  }

  @Override
  public void close() {}
}
