package dev.flightgate.server.session;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.config.GatewayConfig.SessionConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What one session holds under handles, within the limits of its kind. Thread-safe. */
final class Holdings {

  /** Far more than anyone nests, far less than would matter. */
  private static final int SAVEPOINTS_MAX = 1_000;

  private final SessionConfig config;
  private final SessionRegistry registry;

  // Guarded by this.
  private final Map<Handle, Transaction> transactions = new LinkedHashMap<>();
  private final Map<Handle, PreparedStatement> statements =
      new LinkedHashMap<>(16, 0.75f, true); // the least recently used first
  private final Map<Handle, HeldResult> results = new LinkedHashMap<>();
  private final Map<Handle, PolledStatement> polled = new LinkedHashMap<>();
  private boolean closed;

  Holdings(SessionConfig config, SessionRegistry registry) {
    this.config = config;
    this.registry = registry;
  }

  /** Throws EXHAUSTED if no transaction can be added. */
  synchronized void requireRoomForTransaction() {
    requireRoom(
        transactions.size(), config.transactionsMax(), "transactions", "sessions.transactions-max");
  }

  /** Adds and owns, even on failure. */
  void add(Transaction transaction) {
    add(
        transactions,
        transaction,
        config.transactionsMax(),
        "transactions",
        "sessions.transactions-max");
  }

  /** Adds a savepoint to its transaction. */
  synchronized void add(HeldSavepoint savepoint) {
    Transaction transaction = savepoint.transaction();
    if (!transactions.containsKey(transaction.handle())) {
      throw new BackendException(Kind.NOT_FOUND, "the transaction has ended");
    }
    transaction.savepoints().add(savepoint);
    registry.index(savepoint);
  }

  /** Throws EXHAUSTED if the transaction can have no more savepoints. */
  synchronized void requireRoomForSavepoint(Transaction transaction) {
    if (transaction.savepoints().size() >= SAVEPOINTS_MAX) {
      throw new BackendException(
          Kind.EXHAUSTED,
          "the transaction has " + SAVEPOINTS_MAX + " savepoints: release some first");
    }
  }

  /** Forgets the savepoints inside this one, and itself too if it was released. */
  synchronized void end(HeldSavepoint savepoint, boolean released) {
    List<HeldSavepoint> open = savepoint.transaction().savepoints();
    int at = open.indexOf(savepoint);
    if (at >= 0) {
      List<HeldSavepoint> over = open.subList(released ? at : at + 1, open.size());
      over.forEach(registry::unindex);
      over.clear();
    }
  }

  /**
   * The given transaction while it is open. After the client has ended it: the one it has begun
   * since, if that is the only one open.
   */
  synchronized Transaction current(Transaction transaction) {
    if (transactions.size() == 1 && !transactions.containsKey(transaction.handle())) {
      Transaction open = transactions.values().iterator().next();
      if (transaction.endedBefore(open)) {
        return open;
      }
    }
    return transaction;
  }

  /**
   * Adds and owns, even on failure; pushes out those not used for longest, as clients there are
   * lose handles without closing them.
   */
  void add(PreparedStatement statement) {
    List<Held> pushedOut = new ArrayList<>();
    synchronized (this) {
      for (PreparedStatement old : statements.values()) {
        if (statements.size() - pushedOut.size() < config.statementsMax()) {
          break;
        }
        if (!old.isInUse()) {
          pushedOut.add(old);
        }
      }
    }
    pushedOut.forEach(this::push);
    add(
        statements,
        statement,
        config.statementsMax(),
        "prepared statements",
        "sessions.statements-max");
  }

  private void push(Held held) {
    registry.remember(held);
    drop(held);
  }

  /** Marks a prepared statement as the one used last. */
  synchronized void touch(PreparedStatement statement) {
    statement.touch();
    statements.get(statement.handle());
  }

  /** Adds and owns, even on failure; pushes out the oldest results that nobody fetches now. */
  void add(HeldResult result) {
    List<Held> pushedOut = new ArrayList<>();
    synchronized (this) {
      for (HeldResult old : results.values()) {
        if (results.size() - pushedOut.size() < config.resultsMax()) {
          break;
        }
        if (!old.isBeingFetched()) {
          pushedOut.add(old);
        }
      }
    }
    pushedOut.forEach(this::push);
    add(results, result, Integer.MAX_VALUE, "results", "sessions.results-max");
  }

  /** Adds and owns, even on failure; pushes out the oldest ones that are over. */
  void add(PolledStatement statement) {
    List<Held> pushedOut = new ArrayList<>();
    synchronized (this) {
      for (PolledStatement old : polled.values()) {
        if (polled.size() - pushedOut.size() < config.resultsMax()) {
          break;
        }
        if (old.isOver()) {
          pushedOut.add(old);
        }
      }
    }
    pushedOut.forEach(this::push);
    add(polled, statement, config.resultsMax(), "polled statements", "sessions.results-max");
  }

  private <T extends Held> void add(
      Map<Handle, T> shelf, T held, int max, String what, String setting) {
    try {
      synchronized (this) {
        if (closed) {
          throw new BackendException(Kind.NOT_FOUND, "the session was closed");
        }
        requireRoom(shelf.size(), max, what, setting);
        shelf.put(held.handle(), held);
        registry.index(held);
      }
    } catch (RuntimeException e) {
      held.discard();
      throw e;
    }
  }

  private static void requireRoom(int held, int max, String what, String setting) {
    if (held >= max) {
      throw new BackendException(
          Kind.EXHAUSTED,
          "the session holds "
              + held
              + " "
              + what
              + " (setting "
              + setting
              + "): close some before opening more");
    }
  }

  synchronized boolean isEmpty() {
    return transactions.isEmpty() && statements.isEmpty() && results.isEmpty() && polled.isEmpty();
  }

  synchronized boolean hasStatements() {
    return !statements.isEmpty();
  }

  /** Drops the oldest result that takes memory and was fetched already; false if there is none. */
  boolean dropOneFetched() {
    HeldResult oldest;
    synchronized (this) {
      oldest = results.values().stream().filter(HeldResult::isSpare).findFirst().orElse(null);
    }
    if (oldest != null) {
      push(oldest);
    }
    return oldest != null;
  }

  synchronized List<Handle> handles() {
    List<Handle> all = new ArrayList<>(transactions.keySet());
    all.addAll(statements.keySet());
    all.addAll(results.keySet());
    all.addAll(polled.keySet());
    return all;
  }

  synchronized int statementCount() {
    return statements.size();
  }

  synchronized int transactionCount() {
    return transactions.size();
  }

  synchronized int resultCount() {
    return results.size();
  }

  /** The bytes of the rows that results keep. */
  synchronized long keptBytes() {
    return results.values().stream().mapToLong(HeldResult::keptBytes).sum();
  }

  synchronized boolean hasUnfetchedResult() {
    return results.values().stream().anyMatch(result -> !result.wasFetched());
  }

  synchronized int transactions() {
    return transactions.size();
  }

  synchronized boolean hasTransaction() {
    return !transactions.isEmpty();
  }

  /** Lets go of something, and frees it. */
  void drop(Held held) {
    forget(held);
    held.discard();
  }

  /** Lets go of something without freeing it. */
  void forget(Held held) {
    synchronized (this) {
      if (held instanceof Transaction transaction) {
        transaction.savepoints().forEach(registry::unindex);
        transaction.savepoints().clear();
      }
      transactions.remove(held.handle());
      statements.remove(held.handle());
      results.remove(held.handle());
      polled.remove(held.handle());
    }
    registry.unindex(held);
  }

  /** Drops what expired and is not in use. */
  void expire() {
    List<Transaction> open;
    List<PreparedStatement> prepared;
    List<HeldResult> kept;
    List<PolledStatement> asked;
    synchronized (this) {
      open = List.copyOf(transactions.values());
      prepared = List.copyOf(statements.values());
      kept = List.copyOf(results.values());
      asked = List.copyOf(polled.values());
    }
    for (Transaction transaction : open) {
      if (transaction.expire(config.transactionIdleTimeout())) {
        registry.remember(transaction);
        drop(transaction);
      }
    }
    for (PreparedStatement statement : prepared) {
      if (statement.idleNanos() > config.idleTimeout().toNanos()) {
        push(statement);
      }
    }
    for (HeldResult result : kept) {
      if (result.ageNanos() > config.resultLifetime().toNanos() && !result.isBeingFetched()) {
        push(result);
      }
    }
    for (PolledStatement statement : asked) {
      if (statement.ageNanos() > config.resultLifetime().toNanos()) {
        push(statement);
      }
    }
  }

  /** Cancels, rolls back and frees everything, and takes nothing any more. */
  void close() {
    List<Held> held = new ArrayList<>();
    List<HeldResult> promised;
    synchronized (this) {
      closed = true;
      promised = List.copyOf(results.values());
      held.addAll(polled.values());
      held.addAll(results.values());
      held.addAll(statements.values());
      held.addAll(transactions.values());
    }
    promised.forEach(HeldResult::cancel);
    held.forEach(this::drop);
  }
}
