package dev.flightgate.server.session;

import dev.flightgate.server.auth.Permissions;
import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.config.GatewayConfig.SessionConfig;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All sessions, and all that they hold by handle: bounded, expiring. Thread-safe.
 *
 * <p>A session belongs to a principal, an id and a database; a handle can be redeemed by its
 * principal through any session, and by nobody else.
 */
public final class SessionRegistry implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SessionRegistry.class);
  private static final int REMEMBERED_MAX = 1_000;
  private static final String MADE_ROOM =
      "the session was closed to make room for another (settings sessions.max,"
          + " sessions.per-user-max): begin anew";

  private record Key(Principal principal, String id, String database) {}

  private final SessionConfig config;
  private final int batchBytes;
  private final int batchRowsMax;
  private final BufferAllocator allocator;
  private final HeldMemory memory;
  private final Map<Key, Session> sessions = new ConcurrentHashMap<>();
  private final ChosenSessions chosen = new ChosenSessions();
  private final Map<Handle, Held> handles = new ConcurrentHashMap<>();
  private final Map<Principal, Integer> counts = new ConcurrentHashMap<>();
  private volatile boolean closed;
  private final Queue<Session> closing = new ConcurrentLinkedQueue<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Handle, String> expired = remembering();
  // What the next call is told that would make the session anew.
  private final Map<Key, String> ended = remembering();

  /**
   * @param allocator parent of the sessions' allocators; closed by the caller after the registry
   */
  public SessionRegistry(
      SessionConfig config, int batchBytes, int batchRowsMax, BufferAllocator allocator) {
    this.config = config;
    this.batchBytes = batchBytes;
    this.batchRowsMax = batchRowsMax;
    this.allocator = allocator;
    this.memory = new HeldMemory(config, this::dropOneFetched);
  }

  /** Keeps the latest only; thread-safe. */
  private static <K> Map<K, String> remembering() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, String> eldest) {
            return size() > REMEMBERED_MAX;
          }
        });
  }

  /**
   * The session of that name, made if there is none, and entered: the caller leaves it. Throws
   * PERMISSION_DENIED if the principal may do nothing in the database.
   *
   * @param schema the schema that a new session begins in; null for the engine's default
   * @param named whether the client named it; otherwise the name was made for this call, and unless
   *     the client takes it up the session is closed when it holds nothing
   */
  public Session open(
      Principal principal, String id, Database database, @Nullable String schema, boolean named) {
    Session session = open(principal, id, database, schema);
    if (named) {
      session.named();
    }
    return session;
  }

  private Session open(Principal principal, String id, Database database, @Nullable String schema) {
    Key key = new Key(principal, id, database.name());
    Session existing = sessions.get(key);
    if (existing != null && existing.tryEnter()) {
      return existing;
    }
    new Permissions(principal, database.name()).checkDatabase();
    synchronized (sessions) {
      existing = sessions.get(key);
      if (existing != null && existing.tryEnter()) {
        return existing;
      }
      if (closed) {
        throw new BackendException(Kind.UNAVAILABLE, "the server is shutting down");
      }
      String reason = ended.remove(key);
      if (reason != null) {
        throw new BackendException(Kind.NOT_FOUND, reason);
      }
      makeRoom(principal);
      BufferAllocator memory = allocator.newChildAllocator("session", 0, Long.MAX_VALUE);
      Session session =
          new Session(numbers.incrementAndGet(), id, principal, database, this, memory, schema);
      session.enter();
      sessions.put(key, session);
      counts.merge(principal, 1, Integer::sum);
      return session;
    }
  }

  private void makeRoom(Principal principal) {
    int own = counts.getOrDefault(principal, 0);
    if (own >= config.perUserMax() && !closeOneFor(principal, true)) {
      throw new BackendException(
          Kind.EXHAUSTED,
          "user "
              + principal.name()
              + " holds "
              + own
              + " sessions (setting sessions.per-user-max): close one or try again later");
    }
    if (sessions.size() >= config.max() && !closeOneFor(principal, false)) {
      throw new BackendException(
          Kind.EXHAUSTED,
          "the server holds "
              + sessions.size()
              + " sessions (setting sessions.max): close one or try again later");
    }
  }

  /**
   * Makes room: first of a session whose name no client keeps, and of one with prepared statements
   * last, since those are used for longer than a result; then at the cost of the user with most
   * sessions, and of that user's the one unused for longest.
   */
  private boolean closeOneFor(Principal newcomer, boolean onlyOwn) {
    long now = System.nanoTime();
    Comparator<Candidate> dispensableFirst =
        Comparator.comparing(Candidate::provisional)
            .thenComparing(candidate -> !candidate.statements())
            .thenComparing(candidate -> counts.getOrDefault(candidate.principal(), 0))
            .thenComparing(Candidate::idleNanos);
    return sessions.values().stream()
        .filter(session -> !onlyOwn || session.principal().equals(newcomer))
        .filter(session -> session.isDispensable(newcomer))
        .map(session -> Candidate.of(session, now))
        .sorted(dispensableFirst.reversed())
        .anyMatch(
            one ->
                closeIf(
                    one.session(), () -> one.session().isDispensable(newcomer), () -> MADE_ROOM));
  }

  /** A session that may be closed to make room, as it was when it was looked at. */
  private record Candidate(
      Session session, boolean provisional, boolean statements, long idleNanos) {

    static Candidate of(Session session, long now) {
      return new Candidate(
          session, session.isProvisional(), session.holdsStatements(), session.idleNanos(now));
    }

    Principal principal() {
      return session.principal();
    }
  }

  /** The session of that name, if there is one. */
  public Optional<Session> find(Principal principal, String id, Database database) {
    return Optional.ofNullable(sessions.get(new Key(principal, id, database.name())));
  }

  /** The database that the client has chosen for its calls under that name, if it has. */
  public Optional<Database> chosenDatabase(Principal principal, String id) {
    return chosen.find(principal, id).map(Session::database);
  }

  /**
   * From now on the client's calls under the session's name are for the session's database, unless
   * they name another. Lasts as long as the session.
   */
  public void choose(Session session) {
    chosen.put(session);
    if (sessions.get(key(session)) != session) {
      chosen.remove(session);
    }
  }

  /** The client's calls under that name are for the default database again. */
  public void chooseNone(Principal principal, String id) {
    chosen.find(principal, id).ifPresent(chosen::remove);
  }

  /**
   * What the handle names.
   *
   * @param what what the client says it is, for the message
   * @throws BackendException NOT_FOUND if there is no such thing (any more), PERMISSION_DENIED if
   *     it is another principal's
   */
  public <T extends Held> T find(Handle handle, Principal principal, Class<T> type, String what) {
    Held held = handles.get(handle);
    if (held != null && !held.session().principal().equals(principal)) {
      throw new BackendException(
          Kind.PERMISSION_DENIED, "this " + what + " was issued to another user");
    }
    if (!type.isInstance(held)) {
      String reason = expired.get(handle);
      throw new BackendException(
          Kind.NOT_FOUND,
          reason != null ? reason : "unknown " + what + ": it was closed, has ended or expired");
    }
    if (held instanceof PreparedStatement statement) {
      statement.session().touch(statement);
    }
    return type.cast(held);
  }

  /** Closes the session: rolls back and frees what it holds. Harmless if it is closed already. */
  public void close(Session session) {
    if (session.retire()) {
      finish(session, null);
    }
  }

  /** Closes the client's sessions of that name, in all databases. */
  public void close(Principal principal, String id) {
    for (Session session : sessions.values()) {
      if (session.principal().equals(principal) && session.id().equals(id)) {
        close(session);
      }
    }
  }

  /** Those of one user, or all, the oldest first. */
  public List<SessionSummary> summaries(@Nullable String user) {
    return sessions.values().stream()
        .filter(session -> user == null || session.principal().name().equals(user))
        .map(Session::summary)
        .sorted(Comparator.comparingLong(SessionSummary::number))
        .toList();
  }

  /** The session of that number, of one user or of anybody. */
  public Optional<Session> find(long number, @Nullable String user) {
    return sessions.values().stream()
        .filter(session -> session.number() == number)
        .filter(session -> user == null || session.principal().name().equals(user))
        .findFirst();
  }

  /**
   * Closes the session on behalf of somebody else than its client, whose next call is told so.
   * Harmless if it is closed already. What runs outside of the session's own connection goes on:
   * the caller cancels it.
   */
  public void end(Session session, String reason) {
    if (session.retire()) {
      ended.put(key(session), reason);
      finish(session, reason);
    }
  }

  /**
   * Closes the session if no call of it is under way and the condition holds; whether it did.
   *
   * @param reason what they are told who ask for what it held
   */
  boolean closeIf(Session session, BooleanSupplier condition, Supplier<String> reason) {
    boolean retired = session.retireIf(condition);
    if (retired) {
      // Its client would go on in a new session as if the transaction were still there.
      if (session.owesExpiry()) {
        ended.put(key(session), transactionExpired());
      } else if (session.inTextTransaction()) {
        ended.put(key(session), reason.get());
      }
      finish(session, reason.get());
    }
    return retired;
  }

  private void finish(Session session, @Nullable String reason) {
    if (reason != null) {
      session.handles().forEach(handle -> expired.put(handle, reason));
    }
    sessions.remove(key(session), session);
    chosen.remove(session);
    counts.computeIfPresent(session.principal(), (who, count) -> count > 1 ? count - 1 : null);
    session.close();
    closing.add(session);
    freeClosed();
  }

  private static Key key(Session session) {
    return new Key(session.principal(), session.id(), session.database().name());
  }

  /** Closes and drops what expired; called about once a second. */
  public void expire() {
    for (Session session : sessions.values()) {
      if (closeIf(session, session::isIdle, () -> idle(session))) {
        log.info(
            "session of {} expired after {}", session.principal().name(), config.idleTimeout());
      } else {
        session.expire();
      }
    }
    freeClosed();
  }

  /** How many sessions there are. */
  public int size() {
    return sessions.size();
  }

  /** How many transactions are open in all of them. */
  public int transactions() {
    return sessions.values().stream().mapToInt(Session::transactions).sum();
  }

  SessionConfig config() {
    return config;
  }

  HeldMemory memory() {
    return memory;
  }

  /** Drops a kept result that was fetched already, of that user or of anybody. */
  private boolean dropOneFetched(@Nullable Principal user) {
    return sessions.values().stream()
        .filter(session -> user == null || session.principal().equals(user))
        .anyMatch(Session::dropOneFetched);
  }

  int batchBytes() {
    return batchBytes;
  }

  int batchRowsMax() {
    return batchRowsMax;
  }

  void index(Held held) {
    handles.put(held.handle(), held);
  }

  void unindex(Held held) {
    handles.remove(held.handle());
  }

  private String idle(Session session) {
    boolean named = !session.isProvisional();
    return "the session was not used for longer than "
        + (named ? config.idleTimeout() : config.resultLifetime()).toMillis() / 1000.0
        + " s (setting "
        + (named ? "sessions.idle-timeout" : "sessions.result-lifetime")
        + ") and was closed with all it held: begin anew";
  }

  String transactionExpired() {
    return "the transaction was idle for longer than "
        + config.transactionIdleTimeout().toSeconds()
        + " s (setting sessions.transaction-idle-timeout) and was rolled back";
  }

  void remember(Held held) {
    if (held instanceof Transaction) {
      expired.put(held.handle(), transactionExpired());
    } else if (held instanceof PreparedStatement) {
      expired.put(
          held.handle(),
          "the prepared statement was not used for longer than sessions.idle-timeout, or than any other"
              + " when the session held sessions.statements-max of them: prepare it again");
    } else if (held instanceof PolledStatement) {
      expired.put(
          held.handle(),
          "the statement was not polled for "
              + config.resultLifetime().toSeconds()
              + " s (setting sessions.result-lifetime) and was cancelled if it still ran, or pushed"
              + " out by newer ones (setting sessions.results-max): send it again");
    } else if (held instanceof HeldResult) {
      expired.put(
          held.handle(),
          "the ticket was not used for "
              + config.resultLifetime().toSeconds()
              + " s (setting sessions.result-lifetime), or pushed out by newer ones (settings"
              + " sessions.results-max, sessions.per-user-bytes-max): run the query again");
    }
  }

  /** Closes every session of the database. What still runs is cancelled and frees itself. */
  public void closeAllOf(Database database) {
    for (Session session : sessions.values()) {
      if (session.database() == database) {
        close(session);
      }
    }
  }

  /** Whether no closed session of the database still holds anything of it. */
  public boolean isFreed(Database database) {
    freeClosed();
    return closing.stream().noneMatch(session -> session.database() == database);
  }

  /** Closes every session. What still runs is cancelled and frees itself; see {@link #isQuiet}. */
  @Override
  public void close() {
    synchronized (sessions) {
      closed = true;
    }
    sessions.values().forEach(this::close);
    freeClosed();
  }

  /** Whether all memory of all closed sessions is freed. */
  public boolean isQuiet() {
    freeClosed();
    return sessions.isEmpty() && closing.isEmpty();
  }

  private synchronized void freeClosed() {
    for (Iterator<Session> iterator = closing.iterator(); iterator.hasNext(); ) {
      Session session = iterator.next();
      if (session.isQuiet()) {
        iterator.remove();
        session.allocator().close();
      }
    }
  }
}
