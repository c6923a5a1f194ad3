package dev.flightgate.server.flight;

import dev.flightgate.server.query.Cancellation;
import dev.flightgate.server.query.QueryPool;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Gives one stream its turns on the query pool, one turn at a time. Once the stream is cancelled it
 * has only to be closed, and does not wait there behind streams that work. Any thread.
 */
final class StreamTurns implements Executor {

  private final QueryPool queryPool;
  private final Executor callPool;
  private volatile @Nullable Runnable waiting;
  private volatile boolean cancelled;

  private StreamTurns(QueryPool queryPool, Executor callPool) {
    this.queryPool = queryPool;
    this.callPool = callPool;
  }

  /** The turns of the stream that this cancels. */
  static StreamTurns of(Cancellation cancellation, QueryPool queryPool, Executor callPool) {
    StreamTurns turns = new StreamTurns(queryPool, callPool);
    cancellation.onCancel(turns::hurry);
    return turns;
  }

  @Override
  public void execute(Runnable turn) {
    if (cancelled) {
      callPool.execute(turn);
    } else {
      take(turn, () -> queryPool.execute(turn));
    }
  }

  /** Gives the turn on this thread, if it need not wait for it. */
  void executeHere(Runnable turn) {
    if (cancelled) {
      turn.run();
    } else {
      take(turn, () -> queryPool.executeHere(turn));
    }
  }

  private void take(Runnable turn, Runnable way) {
    waiting = turn;
    way.run();
    if (cancelled) {
      hurry(); // the cancel came in between, and may have found nothing that waits
    }
  }

  private void hurry() {
    cancelled = true;
    Runnable turn = waiting;
    if (turn != null && queryPool.remove(turn)) {
      try {
        callPool.execute(turn);
      } catch (Throwable noThread) { // nobody else would close the stream
        turn.run();
      }
    }
  }
}
