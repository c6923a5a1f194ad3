package dev.flightgate.server.session;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.SessionContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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
  private final @Nullable String initialSchema;
  private final Holdings holdings;
  private final AtomicLong connectionNumber = new AtomicLong();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile long lastUsedNanos = System.nanoTime();
  private volatile boolean named;

  // Guarded by this.
  private @Nullable String catalog;
  private @Nullable String schema;
  private @Nullable Connection pinned;
  private boolean textTransaction;
  private boolean textTransactionExpired;
  private boolean stateful;
  private boolean closed;

  Session(
      String id,
      Principal principal,
      Database database,
      SessionRegistry registry,
      BufferAllocator allocator,
      @Nullable String initialSchema) {
    this.id = id;
    this.principal = principal;
    this.database = database;
    this.registry = registry;
    this.allocator = allocator;
    this.initialSchema = initialSchema;
    this.schema = initialSchema;
    this.holdings = new Holdings(registry.config(), registry);
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
    if (calls.decrementAndGet() == 0 && isProvisional() && holdsNothing()) {
      registry.close(this);
    }
  }

  /** Says that the client knows the session's name, so that it will come back to it. */
  void named() {
    named = true;
  }

  /** Whether the session's name was made for a call, and no later call has used it yet. */
  public boolean isProvisional() {
    return !named;
  }

  /** Whether the session can be closed to make room: nobody may know its name, and nothing runs. */
  boolean isDispensable() {
    return isProvisional() && calls.get() == 0 && !holdings.hasTransaction();
  }

  private synchronized boolean holdsNothing() {
    return pinned == null
        && catalog == null
        && Objects.equals(schema, initialSchema)
        && holdings.isEmpty();
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
      if (textTransactionExpired) {
        textTransactionExpired = false;
        throw new BackendException(Kind.NOT_FOUND, registry.transactionExpired());
      }
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
    if (isProvisional()) {
      throw new BackendException(
          Kind.INVALID_SQL,
          "BEGIN, SET and temporary tables need a session, and this client names none: log in with"
              + " a handshake, or keep the cookie arrow_flight_session_id");
    }
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
    holdings.requireRoomForTransaction();
    Connection connection = openConnection();
    try {
      connection.backend().begin();
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
    Transaction transaction = new Transaction(Handle.create(), this, connection);
    holdings.add(transaction);
    return transaction;
  }

  /** Holds a prepared statement. Owns the preparation, even on failure. */
  public PreparedStatement prepare(
      List<String> sql,
      @Nullable Transaction transaction,
      PreparedStatement.Preparation preparation) {
    PreparedStatement statement =
        new PreparedStatement(Handle.create(), this, sql, transaction, preparation);
    holdings.add(statement);
    return statement;
  }

  /** Holds a result; pushes out the oldest one nobody fetches if there are too many. Owns both. */
  public HeldResult hold(Schema resultSchema, HeldResult.Content content, @Nullable Plan plan) {
    HeldResult result = new HeldResult(Handle.create(), this, resultSchema, content, plan);
    holdings.add(result);
    return result;
  }

  Duration resultLifetime() {
    return registry.config().resultLifetime();
  }

  /** Lets go of something held, and frees it. */
  public void drop(Held held) {
    holdings.drop(held);
  }

  /** Drops what expired; rolls an idle transaction of BEGIN as text back. */
  void expire() {
    holdings.expire();
    Connection idle;
    synchronized (this) {
      boolean expired =
          textTransaction
              && calls.get() == 0
              && idleNanos() > registry.config().transactionIdleTimeout().toNanos();
      idle = expired ? pinned : null;
    }
    if (idle != null && idle.tryAcquire()) {
      try {
        idle.backend().rollback();
      } finally {
        idle.release();
      }
      synchronized (this) {
        textTransactionExpired = true;
      }
      textTransaction(false);
    }
  }

  long idleNanos() {
    return System.nanoTime() - lastUsedNanos;
  }

  boolean isIdle() {
    Duration timeout =
        isProvisional() ? registry.config().resultLifetime() : registry.config().idleTimeout();
    return calls.get() == 0 && idleNanos() > timeout.toNanos();
  }

  /** Rolls back, closes and frees everything. Idempotent. */
  void close() {
    Connection connection;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      connection = pinned;
      pinned = null;
    }
    holdings.close();
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
}
