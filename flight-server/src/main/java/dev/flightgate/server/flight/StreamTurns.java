package dev.flightgate.server.flight;

import dev.flightgate.server.query.Cancellation;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Gives one stream its turns on the query pool, one turn at a time. Once the stream is cancelled it
 * has only to be closed, and does not wait there behind streams that work. Any thread; refuses
 * nothing.
 */
final class StreamTurns implements Executor {

  private final ThreadPoolExecutor queryPool;
  private final Executor callPool;
  private volatile @Nullable Runnable waiting;
  private volatile boolean cancelled;

  private StreamTurns(ThreadPoolExecutor queryPool, Executor callPool) {
    this.queryPool = queryPool;
    this.callPool = callPool;
  }

  /** The turns of the stream that this cancels. */
  static StreamTurns of(
      Cancellation cancellation, ThreadPoolExecutor queryPool, Executor callPool) {
    StreamTurns turns = new StreamTurns(queryPool, callPool);
    cancellation.onCancel(turns::hurry);
    return turns;
  }

  @Override
  public void execute(Runnable turn) {
    if (cancelled) {
      callPool.execute(turn);
      return;
    }
    waiting = turn;
    queryPool.execute(turn);
    if (cancelled) {
      hurry(); // the cancel came in between, and may have found nothing that waits
    }
  }

  private void hurry() {
    cancelled = true;
    Runnable turn = waiting;
    if (turn != null && queryPool.remove(turn)) {
      callPool.execute(turn);
    }
  }
}
