package dev.flightgate.server.query;

import dev.flightgate.server.query.StatementRecord.Activity;
import dev.flightgate.server.session.Session;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The statements that run now, and who is told of them. Thread-safe. */
public final class StatementLog {

  private static final Logger logger = LoggerFactory.getLogger(StatementLog.class);

  private final Map<Long, StatementRecord> running = new ConcurrentHashMap<>();
  private final List<StatementListener> listeners = new CopyOnWriteArrayList<>();
  private final List<StatementGate> gates = new CopyOnWriteArrayList<>();
  private final AtomicLong numbers = new AtomicLong();

  /** Tells the listener of statements that begin from now on. */
  public void listen(StatementListener listener) {
    listeners.add(listener);
  }

  /** Asks the gate for each statement from now on; a gate has to be a listener too. */
  public void guard(StatementGate gate) {
    gates.add(gate);
  }

  /** What runs now, the longest first. */
  public List<StatementRecord> running() {
    return running.values().stream()
        .sorted(Comparator.comparingLong(StatementRecord::number))
        .toList();
  }

  /** The statement of that name, if it runs. */
  public Optional<StatementRecord> find(String id) {
    return running.values().stream().filter(record -> record.id().equals(id)).findFirst();
  }

  StatementRecord begin(Activity activity, Session session, String sql, Cancellation call) {
    gates.forEach(gate -> gate.admit(sql));
    long number = numbers.incrementAndGet();
    StatementRecord record = new StatementRecord(this, number, activity, session, sql, call);
    running.put(number, record);
    call.whenBegun(record::started);
    tell(listener -> listener.began(record));
    return record;
  }

  String id(long number) {
    return Long.toString(number);
  }

  void forget(StatementRecord record) {
    running.remove(record.number());
  }

  void tellEnd(StatementRecord record) {
    tell(listener -> listener.ended(record));
  }

  /** Tells of what somebody did to statements or sessions. */
  void administered(AdminAction action) {
    tell(listener -> listener.administered(action));
  }

  private void tell(Consumer<StatementListener> message) {
    for (StatementListener listener : listeners) {
      try {
        message.accept(listener);
      } catch (RuntimeException e) {
        logger.warn("a listener to statements failed", e);
      }
    }
  }
}
