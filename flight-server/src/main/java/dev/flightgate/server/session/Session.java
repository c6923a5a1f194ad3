package dev.flightgate.server.session;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.SessionContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What one principal holds in one database between calls. Thread-safe.
 *
 * <p>Most statements get a connection of their own, so that several results can be read at the same
 * time. Once a statement changed what later ones see (SET, a temporary table, BEGIN as text), the
 * session is <em>pinned</em>: all its statements run on that one connection, one after the other.
 */
public final class Session {

  private final String id;
  private final Principal principal;
  private final Database database;
  private final SessionRegistry registry;
  private final BufferAllocator allocator;
  private final AtomicLong connectionNumber = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile long lastUsedNanos = System.nanoTime();

  // Guarded by this.
  private final Map<Handle, Transaction> transactions = new LinkedHashMap<>();
  private final Map<Handle, PreparedStatement> statements = new LinkedHashMap<>();
  private final Map<Handle, HeldResult> results = new LinkedHashMap<>();
  private @Nullable String catalog;
  private @Nullable String schema;
  private @Nullable Connection pinned;
  private boolean textTransaction;
  private boolean stateful;
  private boolean closed;

  Session(
      String id,
      Principal principal,
      Database database,
      SessionRegistry registry,
      BufferAllocator allocator) {
    this.id = id;
    this.principal = principal;
    this.database = database;
    this.registry = registry;
    this.allocator = allocator;
  }

  /** The id the client knows by cookie or token. */
  public String id() {
    return id;
  }

  /** Whose session it is. */
  public Principal principal() {
    return principal;
  }

  /** Where its statements run. */
  public Database database() {
    return database;
  }

  /** For what the session holds: bound parameters. */
  public BufferAllocator allocator() {
    return allocator;
  }

  /** Marks the begin of a call, which keeps the session from expiring until {@link #leave()}. */
  public void enter() {
    calls.incrementAndGet();
  }

  /** Marks the end of a call. */
  public void leave() {
    lastUsedNanos = System.nanoTime();
    calls.decrementAndGet();
  }

  /** Opens a connection that is only the caller's, with the session's catalog and schema. */
  public Connection openConnection() {
    @Nullable String inCatalog;
    @Nullable String inSchema;
    synchronized (this) {
      requireOpen();
      inCatalog = catalog;
      inSchema = schema;
    }
    return openConnection(inCatalog, inSchema);
  }

  private Connection openConnection(@Nullable String inCatalog, @Nullable String inSchema) {
    BufferAllocator memory =
        allocator.newChildAllocator(
            "connection-" + connectionNumber.incrementAndGet(), 0, Long.MAX_VALUE);
    try {
      SessionContext context =
          new SessionContext(
              principal.name(),
              principal.readOnly(),
              memory,
              inCatalog,
              inSchema,
              registry.batchBytes(),
              registry.batchRowsMax());
      BackendSession backend = database.backend().openSession(context);
      return new Connection(backend, memory);
    } catch (RuntimeException e) {
      memory.close();
      throw e;
    }
  }

  /** Where the next statement runs: its transaction, the pinned connection, or one of its own. */
  public Site route(@Nullable Transaction transaction) {
    if (transaction != null) {
      transaction.touch();
      return new Site(transaction.connection(), false, transaction);
    }
    Connection shared;
    synchronized (this) {
      shared = pinned;
    }
    return shared != null ? new Site(shared, false, null) : new Site(openConnection(), true, null);
  }

  /**
   * Pins the session to the site's connection, for a statement that later ones must see the effect
   * of.
   *
   * @return true if the connection is now the session's; false if another statement pinned the
   *     session first, and this one has to be routed again
   */
  public synchronized boolean pin(Site site, boolean forState) {
    if (!site.own()) {
      stateful |= forState && site.transaction() == null;
      return true;
    }
    if (pinned != null) {
      return false;
    }
    requireOpen();
    pinned = site.connection();
    stateful = forState;
    return true;
  }

  /** Whether all statements outside of transactions run on one connection. */
  public synchronized boolean isPinned() {
    return pinned != null;
  }

  /** Whether BEGIN was sent as text and nothing ended it yet. */
  public synchronized boolean inTextTransaction() {
    return textTransaction;
  }

  /**
   * Says that BEGIN as text succeeded, or that COMMIT or ROLLBACK as text ended the transaction.
   */
  public void textTransaction(boolean open) {
    Connection released = null;
    synchronized (this) {
      textTransaction = open;
      if (!open && !stateful) {
        released = pinned;
        pinned = null;
      }
    }
    if (released != null) {
      released.close();
    }
  }

  /** The catalog that unqualified names mean. */
  public synchronized Optional<String> catalog() {
    return Optional.ofNullable(catalog);
  }

  /** The schema that unqualified names mean. */
  public synchronized Optional<String> schema() {
    return Optional.ofNullable(schema);
  }

  /**
   * Changes what unqualified names mean, for statements to come.
   *
   * @throws BackendException NOT_FOUND if there is none of that name, CONFLICT if the session is
   *     pinned
   */
  public void setNamespace(@Nullable String newCatalog, @Nullable String newSchema) {
    openConnection(newCatalog, newSchema).close();
    synchronized (this) {
      requireOpen();
      if (pinned != null) {
        throw new BackendException(
            Kind.CONFLICT,
            "the session has state from SQL (SET, USE, a temporary table or BEGIN): change the"
                + " catalog or schema with USE");
      }
      catalog = newCatalog;
      schema = newSchema;
    }
  }

  /** Begins a transaction on a connection of its own. */
  public Transaction begin() {
    int max = registry.config().transactionsMax();
    synchronized (this) {
      requireRoom(transactions.size(), max, "transactions", "sessions.transactions-max");
    }
    Connection connection = openConnection();
    try {
      connection.backend().begin();
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
    Transaction transaction = new Transaction(Handle.create(), this, connection);
    hold(transactions, transaction);
    return transaction;
  }

  /** Holds a prepared statement. Owns the plan, even on failure. */
  public PreparedStatement prepare(
      List<String> sql,
      @Nullable Transaction transaction,
      PreparedStatement.Description description,
      @Nullable Plan plan) {
    PreparedStatement statement =
        new PreparedStatement(Handle.create(), this, sql, transaction, description, plan);
    try {
      synchronized (this) {
        requireRoom(
            statements.size(),
            registry.config().statementsMax(),
            "prepared statements",
            "sessions.statements-max");
      }
      hold(statements, statement);
    } catch (RuntimeException e) {
      statement.discard();
      throw e;
    }
    return statement;
  }

  /** Holds a result; pushes out the oldest one nobody fetches if there are too many. Owns both. */
  public HeldResult hold(Schema resultSchema, HeldResult.Content content, @Nullable Plan plan) {
    HeldResult result = new HeldResult(Handle.create(), this, resultSchema, content, plan);
    List<Held> pushedOut = new ArrayList<>();
    synchronized (this) {
      for (HeldResult old : results.values()) {
        if (results.size() - pushedOut.size() < registry.config().resultsMax()) {
          break;
        }
        if (!old.isBeingFetched()) {
          pushedOut.add(old);
        }
      }
    }
    pushedOut.forEach(this::drop);
    try {
      hold(results, result);
    } catch (RuntimeException e) {
      result.discard();
      throw e;
    }
    return result;
  }

  private <T extends Held> void hold(Map<Handle, T> shelf, T held) {
    synchronized (this) {
      if (!closed) {
        shelf.put(held.handle(), held);
        registry.index(held);
        return;
      }
    }
    held.discard();
    throw new BackendException(Kind.NOT_FOUND, "the session was closed");
  }

  /** Lets go of something held, and frees it. */
  public void drop(Held held) {
    synchronized (this) {
      transactions.remove(held.handle());
      statements.remove(held.handle());
      results.remove(held.handle());
    }
    registry.unindex(held);
    held.discard();
  }

  /** Drops what expired. */
  void expire() {
    List<Held> expired = new ArrayList<>();
    synchronized (this) {
      for (Transaction transaction : transactions.values()) {
        if (transaction.idleNanos() > registry.config().transactionIdleTimeout().toNanos()) {
          expired.add(transaction);
        }
      }
      for (HeldResult result : results.values()) {
        if (result.ageNanos() > registry.config().resultLifetime().toNanos()
            && !result.isBeingFetched()) {
          expired.add(result);
        }
      }
    }
    expired.forEach(
        held -> {
          registry.remember(held);
          drop(held);
        });
  }

  boolean isIdle() {
    return calls.get() == 0
        && System.nanoTime() - lastUsedNanos > registry.config().idleTimeout().toNanos();
  }

  /** Rolls back, closes and frees everything. Idempotent. */
  void close() {
    List<Held> held = new ArrayList<>();
    Connection connection;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      held.addAll(results.values());
      held.addAll(statements.values());
      held.addAll(transactions.values());
      connection = pinned;
      pinned = null;
    }
    for (HeldResult result :
        held.stream().filter(HeldResult.class::isInstance).map(HeldResult.class::cast).toList()) {
      result.cancel();
    }
    held.forEach(this::drop);
    if (connection != null) {
      connection.close();
    }
  }

  /** Whether everything is freed, so that the allocator can be closed. */
  boolean isQuiet() {
    return calls.get() == 0
        && allocator.getChildAllocators().isEmpty()
        && allocator.getAllocatedMemory() == 0;
  }

  private void requireOpen() {
    if (closed) {
      throw new BackendException(Kind.NOT_FOUND, "the session was closed");
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
}
