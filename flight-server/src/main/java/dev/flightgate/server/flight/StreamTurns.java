package dev.flightgate.server.flight;

import dev.flightgate.server.query.QueryPool;
import dev.flightgate.server.query.ResultStream;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Gives one stream its turns on the query pool, one turn at a time. Once the stream is cancelled it
 * has only to be closed, and does not wait there behind streams that work; nor does one whose
 * batches are all there. Any thread.
 */
final class StreamTurns implements Executor {

  private final String user;
  private final QueryPool queryPool;
  private final Executor callPool;
  private volatile @Nullable Runnable waiting;
  private volatile boolean hurried;

  private StreamTurns(String user, QueryPool queryPool, Executor callPool) {
    this.user = user;
    this.queryPool = queryPool;
    this.callPool = callPool;
  }

  /** The turns of the user's stream. */
  static StreamTurns of(ResultStream stream, String user, QueryPool queryPool, Executor callPool) {
    StreamTurns turns = new StreamTurns(user, queryPool, callPool);
    if (stream.isAtHand()) {
      turns.hurried = true;
    } else {
      stream.cancellation().onCancel(turns::hurry);
    }
    return turns;
  }

  @Override
  public void execute(Runnable turn) {
    if (hurried) {
      callPool.execute(turn);
    } else {
      take(turn, () -> queryPool.execute(user, turn));
    }
  }

  /** Gives the turn on this thread, if it need not wait for it. */
  void executeHere(Runnable turn) {
    if (hurried) {
      turn.run();
    } else {
      take(turn, () -> queryPool.executeHere(user, turn));
    }
  }

  private void take(Runnable turn, Runnable way) {
    waiting = turn;
    way.run();
    if (hurried) {
      hurry(); // the cancel came in between, and may have found nothing that waits
    }
  }

  private void hurry() {
    hurried = true;
    Runnable turn = waiting;
    if (turn != null && queryPool.remove(user, turn)) {
      try {
        callPool.execute(turn);
      } catch (Throwable noThread) { // nobody else would close the stream
        turn.run();
      }
    }
  }
}
