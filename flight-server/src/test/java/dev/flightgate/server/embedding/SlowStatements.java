package dev.flightgate.server.embedding;

import dev.flightgate.server.listener.GatewayListener;
import dev.flightgate.server.query.StatementRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The guide's example of a listener. */
// region listener
public final class SlowStatements implements GatewayListener {

  private final Duration limit;
  private final List<String> slow = new CopyOnWriteArrayList<>();

  public SlowStatements(Duration limit) {
    this.limit = limit;
  }

  @Override
  public void statementEnded(StatementRecord statement) {
    if (statement.duration().compareTo(limit) > 0) {
      slow.add(statement.origin().requestId() + " of " + statement.principal().name());
    }
  }

  public List<String> slow() {
    return List.copyOf(slow);
  }
}
// endregion
