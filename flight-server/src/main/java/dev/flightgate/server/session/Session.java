package dev.flightgate.server.session;

import dev.flightgate.server.auth.Permissions;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.SessionContext;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
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

  private final long number;
  private final Instant began = Instant.now();
  private final String id;
  private final Principal principal;
  private final Permissions permissions;
  private final Database database;
  private final SessionRegistry registry;
  private final BufferAllocator allocator;
  private final @Nullable String initialSchema;
  private final Holdings holdings;
  private final SharedConnection shared = new SharedConnection();
  private final AtomicLong connectionNumber = new AtomicLong();
  private volatile long lastUsedNanos = System.nanoTime();
  private volatile boolean named;
  private volatile boolean chosen;

  // Guarded by this.
  private @Nullable String catalog;
  private @Nullable String schema;
  private int calls;
  private boolean closed;

  Session(
      long number,
      String id,
      Principal principal,
      Database database,
      SessionRegistry registry,
      BufferAllocator allocator,
      @Nullable String initialSchema) {
    this.number = number;
    this.id = id;
    this.principal = principal;
    this.permissions = new Permissions(principal, database.name());
    this.database = database;
    this.registry = registry;
    this.allocator = allocator;
    this.initialSchema = initialSchema;
    this.schema = initialSchema;
    this.holdings = new Holdings(registry.config(), registry);
  }

  /** What administrators call it; unique as long as the server lives, and no secret. */
  public long number() {
    return number;
  }

  /** The id the client knows by cookie or token; a secret of the client's. */
  public String id() {
    return id;
  }

  /** Whose session it is. */
  public Principal principal() {
    return principal;
  }

  /** What its principal may do here. */
  public Permissions permissions() {
    return permissions;
  }

  /** Where its statements run. */
  public Database database() {
    return database;
  }

  /** For what the session holds: bound parameters. */
  public BufferAllocator allocator() {
    return allocator;
  }

  /** A share for something that the session will hold in memory; the caller owns it. */
  public HeldMemory.Share holdMemory() {
    return holdMemory(0);
  }

  HeldMemory.Share holdMemory(long replaced) {
    return registry.memory().open(principal, replaced);
  }

  /** Drops the oldest kept result that was fetched already; false if there is none. */
  boolean dropOneFetched() {
    return holdings.dropOneFetched();
  }

  /**
   * Marks the begin of a call, which keeps the session from being closed for want of use until
   * {@link #leave()}.
   *
   * @throws BackendException NOT_FOUND if the session was closed
   */
  public synchronized void enter() {
    requireOpen();
    calls++;
  }

  /** The same, but false if the session was closed. */
  synchronized boolean tryEnter() {
    if (closed) {
      return false;
    }
    calls++;
    return true;
  }

  /** Marks the end of a call. */
  public void leave() {
    lastUsedNanos = System.nanoTime();
    synchronized (this) {
      calls--;
    }
    registry.closeIf(this, () -> isProvisional() && holdsNothing(), () -> "the session was closed");
  }

  /** Says that the client knows the session's name, so that it will come back to it. */
  void named() {
    named = true;
  }

  /** Whether the session's name was made for a call, and no later call has used it yet. */
  public boolean isProvisional() {
    return !named;
  }

  /** Says whether calls that name no database are for this session's. */
  void chosen(boolean yes) {
    chosen = yes;
  }

  /** Whether a transaction is open, of Flight or begun as text. */
  public boolean hasTransaction() {
    return holdings.hasTransaction() || shared.inTextTransaction();
  }

  /** How many transactions are open, of Flight or begun as text. */
  int transactions() {
    return holdings.transactions() + (shared.inTextTransaction() ? 1 : 0);
  }

  private synchronized boolean hasOptions() {
    return chosen || catalog != null || !Objects.equals(schema, initialSchema);
  }

  /**
   * Whether the session can be closed to make room for one of that principal: no call is under way,
   * what the client set would not silently be otherwise, and nobody's work would be lost but the
   * principal's own, where its client names no session and so leaves one behind with each result.
   */
  boolean isDispensable(Principal newcomer) {
    return isUnused()
        && !hasTransaction()
        && !shared.isPresent()
        && !hasOptions()
        && (!holdings.hasUnfetchedResult() || (isProvisional() && principal.equals(newcomer)));
  }

  boolean holdsStatements() {
    return holdings.hasStatements();
  }

  private boolean holdsNothing() {
    return !shared.isPresent() && !hasOptions() && holdings.isEmpty();
  }

  private synchronized boolean isUnused() {
    return calls == 0;
  }

  SessionSummary summary() {
    int underWay;
    synchronized (this) {
      underWay = calls;
    }
    return new SessionSummary(
        number,
        principal.name(),
        database.name(),
        began,
        underWay > 0 ? Duration.ZERO : Duration.ofNanos(idleNanos()),
        underWay,
        holdings.statementCount(),
        holdings.transactionCount() + (shared.inTextTransaction() ? 1 : 0),
        holdings.resultCount(),
        allocator.getAllocatedMemory() + holdings.keptBytes());
  }

  /** The names of all it holds. */
  List<Handle> handles() {
    return holdings.handles();
  }

  /** Whether a transaction begun as text was rolled back, and its client was not told yet. */
  boolean owesExpiry() {
    return shared.owesExpiry();
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
              permissions.readOnly(),
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

  /** Where the next statement runs: its transaction, the shared connection, or one of its own. */
  public Site route(@Nullable Transaction transaction) {
    if (transaction != null) {
      transaction.touch();
      return new Site(transaction.connection(), Site.Kind.TRANSACTION, transaction);
    }
    Connection pinned = shared.current(registry.transactionExpired());
    return pinned != null
        ? new Site(pinned, Site.Kind.SHARED, null)
        : new Site(openConnection(), Site.Kind.OWN, null);
  }

  /**
   * Shares the connection from now on, for a statement that later ones must see the effect of.
   *
   * @return false if the session has a shared connection already, so that the statement has to be
   *     routed again
   */
  public boolean pin(Connection connection) {
    requireName();
    return shared.offer(connection);
  }

  /** Throws if what a statement leaves in the session would be lost to the client. */
  public void requireName() {
    if (isProvisional()) {
      throw new BackendException(
          Kind.INVALID_SQL,
          "BEGIN, SET and temporary tables need a session, and this client names none: log in with"
              + " a handshake, or keep the cookie arrow_flight_session_id");
    }
  }

  /** Says that a statement on this connection left state that later ones must see. */
  public void madeState(Connection connection) {
    shared.madeState(connection);
  }

  /** Stops sharing the connection if no state is left in it; by whoever holds it. */
  public void settle(Connection held) {
    shared.settle(held);
  }

  /** Whether all statements outside of transactions run on one connection. */
  public boolean isPinned() {
    return shared.isPresent();
  }

  /** Whether BEGIN was sent as text and nothing ended it yet. */
  public boolean inTextTransaction() {
    return shared.inTextTransaction();
  }

  /** Says that BEGIN as text succeeded, or that something ended its transaction. */
  public void textTransaction(boolean open) {
    shared.textTransaction(open);
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
      if (shared.isPresent()) {
        throw new BackendException(
            Kind.CONFLICT,
            "the session has state from SQL (SET, USE, a temporary table or BEGIN): change the"
                + " catalog or schema with USE");
      }
      catalog = newCatalog;
      schema = newSchema;
    }
  }

  /**
   * Begins a transaction, on the shared connection if SQL has state in it and it is free, otherwise
   * on one of its own.
   */
  public Transaction begin() {
    holdings.requireRoomForTransaction();
    Connection handed = shared.handOver();
    Connection connection = handed != null ? handed : openConnection();
    try {
      connection.backend().begin();
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    } finally {
      if (handed != null) {
        handed.release();
      }
    }
    Transaction transaction = new Transaction(Handle.create(), this, connection, handed != null);
    holdings.add(transaction);
    return transaction;
  }

  /**
   * Forgets a transaction that was committed or rolled back; by whoever holds its connection. State
   * that its statements left in the connection stays in the session.
   */
  public void end(Transaction transaction) {
    transaction.end();
    holdings.forget(transaction);
    if (!transaction.hasState() || !shared.takeOver(transaction.connection())) {
      transaction.connection().retire();
    }
  }

  /**
   * Sets a savepoint in the transaction and holds it; by whoever holds the transaction's
   * connection.
   */
  public HeldSavepoint savepoint(Transaction transaction, String name) {
    holdings.requireRoomForSavepoint(transaction);
    HeldSavepoint savepoint =
        new HeldSavepoint(
            Handle.create(), transaction, transaction.connection().backend().savepoint(name));
    holdings.add(savepoint);
    return savepoint;
  }

  /** Forgets the savepoints inside this one, and itself too if it was released. */
  public void end(HeldSavepoint savepoint, boolean released) {
    holdings.end(savepoint, released);
  }

  /** Where a statement runs that was prepared in the transaction. */
  Transaction current(Transaction transaction) {
    return holdings.current(transaction);
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

  /**
   * Holds a statement that is to run while its client polls; pushes out the oldest that is over if
   * there are too many.
   *
   * @param command the request as the door took it
   */
  public PolledStatement poll(byte[] command) {
    PolledStatement polled = new PolledStatement(Handle.create(), this, command);
    holdings.add(polled);
    return polled;
  }

  void touch(PreparedStatement statement) {
    holdings.touch(statement);
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
    if (isUnused() && idleNanos() > registry.config().transactionIdleTimeout().toNanos()) {
      shared.expire();
    }
  }

  long idleNanos() {
    return idleNanos(System.nanoTime());
  }

  /** How long it has not been used at that moment, so that sessions can be compared. */
  long idleNanos(long now) {
    return now - lastUsedNanos;
  }

  boolean isIdle() {
    Duration timeout =
        isProvisional() ? registry.config().resultLifetime() : registry.config().idleTimeout();
    // A transaction has a timeout of its own, and may be used through other sessions.
    return isUnused() && idleNanos() > timeout.toNanos() && !holdings.hasTransaction();
  }

  /** Takes no calls any more; false if it took none before. */
  synchronized boolean retire() {
    boolean first = !closed;
    closed = true;
    return first;
  }

  /** The same, if no call is under way and the condition holds. */
  synchronized boolean retireIf(BooleanSupplier condition) {
    return isUnused() && condition.getAsBoolean() && retire();
  }

  /** Rolls back, closes and frees everything; once, of a session that takes no calls any more. */
  void close() {
    holdings.close();
    shared.close();
  }

  /** Whether everything is freed, so that the allocator can be closed. */
  boolean isQuiet() {
    return isUnused()
        && allocator.getChildAllocators().isEmpty()
        && allocator.getAllocatedMemory() == 0;
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new BackendException(Kind.NOT_FOUND, "the session was closed");
    }
  }
}
