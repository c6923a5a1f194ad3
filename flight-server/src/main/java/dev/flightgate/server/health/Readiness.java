package dev.flightgate.server.health;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether work may be sent here: the phase that the gateway is in, and the state of each of its
 * databases. Thread-safe, and never blocks for long; kept up by the wiring and the {@link Probes}.
 */
public final class Readiness {

  /** For how long a success counts; some probes come in it. */
  static final Duration FRESH = Duration.ofSeconds(10);

  /** What the gateway as a whole does. */
  public enum Phase {
    /** Opens its databases and doors. */
    STARTING,
    /** Takes work. */
    SERVING,
    /** Lets what runs go on, and takes nothing new. */
    DRAINING
  }

  /** How a database is. */
  public enum State {
    /** Has not answered yet. */
    STARTING,
    /** Has answered a query within the last seconds. */
    UP,
    /** Does not answer, or fails. */
    DOWN,
    /** Was given up by its engine, and stays so. */
    LOST,
    /** Was given up by its engine, and is being opened again. */
    REOPENING
  }

  /**
   * A database as it is now.
   *
   * @param sinceAnswer how long ago a query succeeded; null if none has yet
   */
  public record DatabaseState(State state, @Nullable Duration sinceAnswer) {}

  /**
   * Everything as it is at one moment.
   *
   * @param databases by name, the default one first
   */
  public record Snapshot(Phase phase, Map<String, DatabaseState> databases) {

    /** Whether work may be sent: the gateway serves, and every database is up. */
    public boolean isReady() {
      return phase == Phase.SERVING
          && databases.values().stream().allMatch(one -> one.state() == State.UP);
    }

    /** Whether work for this database may be sent; false if there is none of that name. */
    public boolean isReady(String database) {
      DatabaseState one = databases.get(database);
      return phase == Phase.SERVING && one != null && one.state() == State.UP;
    }
  }

  private record Entry(State state, @Nullable Long answeredNanos) {}

  private final LongSupplier nanoClock;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  // Guarded by this.
  private final Map<String, Entry> databases = new LinkedHashMap<>();
  private Phase phase = Phase.STARTING;

  /** A gateway that starts with these databases. */
  public Readiness(Collection<String> databases) {
    this(databases, System::nanoTime);
  }

  Readiness(Collection<String> databases, LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    databases.forEach(name -> this.databases.put(name, new Entry(State.STARTING, null)));
  }

  /** Everything as it is now. */
  public synchronized Snapshot now() {
    long now = nanoClock.getAsLong();
    Map<String, DatabaseState> states = new LinkedHashMap<>();
    databases.forEach((name, entry) -> states.put(name, state(entry, now)));
    return new Snapshot(phase, states);
  }

  private static DatabaseState state(Entry entry, long now) {
    Long answered = entry.answeredNanos();
    Duration since = answered == null ? null : Duration.ofNanos(now - answered);
    boolean stale = since != null && since.compareTo(FRESH) > 0;
    return new DatabaseState(
        entry.state() == State.UP && stale ? State.DOWN : entry.state(), since);
  }

  /** Whether there is a database of that name. */
  public synchronized boolean knows(String database) {
    return databases.containsKey(database);
  }

  /** Runs the listener after each change, on the thread that made it; it must not block. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Says what the gateway does now; there is no way back from a later phase. */
  public void enter(Phase next) {
    synchronized (this) {
      if (next.compareTo(phase) <= 0) {
        return;
      }
      phase = next;
    }
    listeners.forEach(Runnable::run);
  }

  /** Says that a query on the database succeeded just now. */
  void answered(String database) {
    Long now = nanoClock.getAsLong();
    change(database, before -> new Entry(State.UP, now));
  }

  /** Says that the database does not answer; what is known to be worse stays so. */
  void failed(String database) {
    change(
        database,
        before ->
            before.state() == State.LOST || before.state() == State.REOPENING
                ? before
                : new Entry(State.DOWN, before.answeredNanos()));
  }

  /** Says that the engine gave the database up, and whether it is being opened again. */
  public void lost(String database, boolean reopening) {
    State state = reopening ? State.REOPENING : State.LOST;
    change(database, before -> new Entry(state, before.answeredNanos()));
  }

  private void change(String database, UnaryOperator<Entry> change) {
    boolean changed;
    synchronized (this) {
      Entry before = databases.get(database);
      if (before == null) {
        return;
      }
      Entry after = change.apply(before);
      databases.put(database, after);
      changed = after.state() != before.state();
    }
    if (changed) {
      listeners.forEach(Runnable::run);
    }
  }
}
