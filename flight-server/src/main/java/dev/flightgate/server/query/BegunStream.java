package dev.flightgate.server.query;

import dev.flightgate.server.session.HeldResult;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A fetch that began before its client asked for it: its first batch is there. Whoever takes it
 * from its result goes on with it, and closes it.
 */
final class BegunStream implements ResultStream, HeldResult.Begun {

  private final RunningQuery query;
  private final boolean hasFirst;
  private final Runnable onTaken;
  private boolean firstGiven;
  private boolean taken;

  /**
   * Owns the query, which has been started and pulled once.
   *
   * @param hasFirst what that pull said
   * @param onTaken run once, when nobody else can take it any more
   */
  BegunStream(RunningQuery query, boolean hasFirst, Runnable onTaken) {
    this.query = query;
    this.hasFirst = hasFirst;
    this.onTaken = onTaken;
  }

  /** Goes on with it for this call: what stops the call stops the query. */
  void resume(Cancellation call) {
    taken();
    call.passOnTo(query.cancellation());
  }

  private void taken() {
    if (!taken) {
      taken = true;
      onTaken.run();
    }
  }

  @Override
  public Schema schema() {
    return query.schema();
  }

  @Override
  public BufferAllocator allocator() {
    return query.allocator();
  }

  @Override
  public Cancellation cancellation() {
    return query.cancellation();
  }

  @Override
  public boolean start() {
    query.cancellation().check();
    return true;
  }

  @Override
  public VectorSchemaRoot root() {
    return query.root();
  }

  @Override
  public boolean next() {
    if (!firstGiven) {
      firstGiven = true;
      return hasFirst;
    }
    return query.next();
  }

  @Override
  public boolean isLast() {
    return firstGiven && query.isLast();
  }

  @Override
  public void sent(long rows, long bytes) {
    query.sent(rows, bytes);
  }

  @Override
  public void failed(Throwable why) {
    query.failed(why);
  }

  @Override
  public void delivered() {
    query.delivered();
  }

  @Override
  public void release() {
    taken();
    query.release();
  }

  @Override
  public void close() {
    taken();
    query.close();
  }
}
