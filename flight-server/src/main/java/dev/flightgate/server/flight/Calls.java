package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.OutOfServerMemory;
import dev.flightgate.server.query.CallOrigin;
import dev.flightgate.server.query.Cancellation;
import dev.flightgate.server.query.LogContext;
import dev.flightgate.server.query.QueryPool;
import dev.flightgate.server.query.QueryService;
import dev.flightgate.server.query.ResultStream;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SessionRegistry;
import io.grpc.Context;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.arrow.flight.FlightProducer.ServerStreamListener;
import org.jspecify.annotations.Nullable;

/**
 * What every family of commands needs around its work: who calls, which session, how the call is
 * cancelled, and how its failure is told. Thread-safe.
 */
final class Calls {

  private final QueryService queries;
  private final SessionRegistry sessions;
  private final Map<String, Database> databases;
  private final Database defaultDatabase;
  private final QueryPool queryPool;
  private final Executor callPool;

  /**
   * @param databases by name
   * @param queryPool where results are streamed
   * @param callPool where cancels are passed on, and streams closed that were cancelled while they
   *     waited
   */
  Calls(
      QueryService queries,
      SessionRegistry sessions,
      Map<String, Database> databases,
      Database defaultDatabase,
      QueryPool queryPool,
      Executor callPool) {
    this.queries = queries;
    this.sessions = sessions;
    this.databases = databases;
    this.defaultDatabase = defaultDatabase;
    this.queryPool = queryPool;
    this.callPool = callPool;
  }

  QueryService queries() {
    return queries;
  }

  SessionRegistry sessions() {
    return sessions;
  }

  /**
   * One call under way.
   *
   * <p>Closed when it is answered; on one thread.
   */
  final class Call implements AutoCloseable {

    private final CallScope scope = CallScope.current();
    private final Cancellation cancellation;
    private @Nullable Session entered;
    private boolean closed;

    /**
     * @param begin makes the cancellation
     */
    private Call(Function<CallOrigin, Cancellation> begin) {
      this.cancellation = begin.apply(scope.origin());
      if (!scope.events().enter()) { // and listeners were told that it is over
        cancellation.cancel(Cancellation.Reason.CLIENT_GONE);
      }
      // gRPC cancels the context on the transport's thread, even while this call's is busy, and at
      // its usual end too. A cancel may wait for the engine, the transport may not.
      Context.current()
          .addListener(
              context -> {
                if (!cancellation.isClosed()) {
                  callPool.execute(() -> cancellation.cancel(Cancellation.Reason.CLIENT_GONE));
                }
              },
              Runnable::run);
    }

    Principal principal() {
      return scope.identity().principal();
    }

    CallScope scope() {
      return scope;
    }

    Cancellation cancellation() {
      return cancellation;
    }

    /** The database of its header, else the one that the session's option names. */
    Database database() {
      Optional<String> asked = scope.database();
      if (asked.isPresent()) {
        return Calls.this.database(asked.get(), "header 'database'");
      }
      return chosenDatabase().orElse(defaultDatabase);
    }

    /** What the session's option names, if it is set. */
    Optional<Database> chosenDatabase() {
      return scope.namesSession()
          ? sessions.chosenDatabase(principal(), scope.sessionId())
          : Optional.empty();
    }

    /**
     * Makes a database that of the client's further calls, and its session there the call's.
     *
     * @param name null for the server's default one
     * @throws BackendException NOT_FOUND if there is none of that name, CONFLICT if a transaction
     *     is open or the client's header says otherwise
     */
    void chooseDatabase(@Nullable String name) {
      Database wanted =
          name == null ? defaultDatabase : Calls.this.database(name, "option 'database'");
      Session current = session();
      scope.database().ifPresent(asked -> requireSame(asked, wanted));
      if (current.database() != wanted) {
        if (current.hasTransaction()) {
          throw new BackendException(
              Kind.CONFLICT, "a transaction is open: end it before changing the database");
        }
        enter(sessions.open(principal(), scope.sessionId(), wanted, null, scope.namesSession()));
      }
      if (name == null) {
        sessions.chooseNone(principal(), scope.sessionId());
      } else {
        sessions.choose(session());
      }
    }

    private static void requireSame(String asked, Database wanted) {
      if (!asked.equals(wanted.name())) {
        throw new BackendException(
            Kind.CONFLICT, "the header 'database' names '" + asked + "', and it comes first");
      }
    }

    /** The caller's session, made if there is none; it does not expire while the call lasts. */
    Session session() {
      if (entered == null) {
        entered =
            sessions.open(
                principal(),
                scope.sessionId(),
                database(),
                scope.schema().orElse(null),
                scope.namesSession());
        scope.usesSession();
      }
      return Objects.requireNonNull(entered);
    }

    /** Waits for the next message of the call's upload, for as long as an upload may be idle. */
    boolean awaitUpload(BooleanSupplier wait) {
      return queries.awaitUpload(cancellation, wait::getAsBoolean);
    }

    /** Makes the session of a handle the call's; it does not expire while the call lasts. */
    void use(Session session) {
      if (entered == session) {
        return;
      }
      session.enter();
      enter(session);
    }

    private void enter(Session session) {
      Session left = entered;
      entered = session;
      if (left != null) {
        left.leave();
      }
    }

    /** The caller's session, if there is one. */
    Optional<Session> existingSession() {
      return scope.namesSession()
          ? sessions.find(principal(), scope.sessionId(), database())
          : Optional.empty();
    }

    /** Idempotent. */
    @Override
    public void close() {
      Session left = entered;
      entered = null;
      if (left != null) {
        left.leave();
      }
      cancellation.close();
      if (!closed) {
        closed = true;
        scope.events().leave();
      }
    }
  }

  private Database database(String name, String source) {
    Database database = databases.get(name);
    if (database == null) {
      throw new BackendException(
          Kind.NOT_FOUND,
          "there is no database '"
              + name
              + "' ("
              + source
              + "); this server has: "
              + String.join(", ", databases.keySet()));
    }
    return database;
  }

  /** Answers a call on its own thread. Refused once the gateway drains. */
  <T> T answer(Function<Call, T> work) {
    return answer(queries::begin, work);
  }

  /**
   * Answers a call that goes on with what an earlier one began, or ends it: taken until the gateway
   * is through with draining.
   */
  <T> T answerToTheEnd(Function<Call, T> work) {
    return answer(queries::resume, work);
  }

  private <T> T answer(Function<CallOrigin, Cancellation> begin, Function<Call, T> work) {
    try (LogContext.Scope log = CallScope.current().logged().enter()) {
      try (Call call = new Call(begin)) {
        return explained(call, work);
      } catch (RuntimeException e) {
        throw FlightErrors.translate(e);
      }
    }
  }

  /** Works on the call; a failure of a call that was stopped is told as what stopped it. */
  private static <T> T explained(Call call, Function<Call, T> work) {
    call.cancellation().check();
    try {
      return work.apply(call);
    } catch (RuntimeException e) {
      throw call.cancellation().explain(e);
    } catch (OutOfMemoryError e) {
      throw call.cancellation().explain(OutOfServerMemory.explained(e));
    }
  }

  /**
   * Streams an answer, at first on this thread if the query pool has a place free. The call stays
   * open until the stream ended. Tickets are good until the gateway is through with draining.
   *
   * @param opener makes the stream, without work; the stream owns the call's cancellation
   */
  void stream(ServerStreamListener client, Function<Call, ResultStream> opener) {
    try (LogContext.Scope log = CallScope.current().logged().enter()) {
      streamLogged(client, opener);
    }
  }

  private void streamLogged(ServerStreamListener client, Function<Call, ResultStream> opener) {
    Call call;
    ResultStream stream;
    try {
      call = new Call(queries::resume);
    } catch (RuntimeException e) {
      client.error(FlightErrors.translate(e));
      return;
    }
    try {
      stream = explained(call, opener);
    } catch (RuntimeException e) {
      call.close();
      client.error(FlightErrors.translate(e));
      return;
    }
    StreamTurns turns = StreamTurns.of(stream, call.principal().name(), queryPool, callPool);
    new StreamPump(client, stream, turns, call::close).start();
  }
}
