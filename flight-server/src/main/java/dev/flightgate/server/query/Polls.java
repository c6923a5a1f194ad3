package dev.flightgate.server.query;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.session.Handle;
import dev.flightgate.server.session.HeldResult;
import dev.flightgate.server.session.PolledStatement;
import dev.flightgate.server.session.PreparedStatement;
import dev.flightgate.server.session.Session;
import dev.flightgate.server.session.SessionRegistry;
import dev.flightgate.server.session.SharedParameters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Statements that run by themselves while their clients ask how far they are. Thread-safe.
 *
 * <p>Such a statement is planned, and run if it changes anything, on a call thread like that of any
 * other; one that reads goes on to its first batch on the query pool, and waits there, holding no
 * thread, for its client to fetch it. Who waits so makes room for a statement that needs the same
 * connection, and the one who waits longest for others that are to wait: the ticket is still good,
 * and runs it again.
 */
public final class Polls {

  private interface Planning {
    HeldResult plan(Cancellation call);
  }

  /** How long the first answer may take, so that a quick statement is through with it. */
  private static final Duration FIRST = Duration.ofMillis(25);

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final QueryService queries;
  private final SessionRegistry sessions;
  private final Admission places;
  private final int parkedMax;
  private final Executor callPool;
  private final QueryPool queryPool;
  private final Deque<HeldResult> parked = new ArrayDeque<>(); // guarded by itself

  /**
   * @param places bounds how many statements run so
   * @param parkedMax how many wait with their first batch
   */
  Polls(
      QueryService queries,
      SessionRegistry sessions,
      Admission places,
      int parkedMax,
      QueryService.Threads threads) {
    this.queries = queries;
    this.sessions = sessions;
    this.places = places;
    this.parkedMax = parkedMax;
    this.callPool = threads.calls();
    // A poll outlives its client; the other half of the threads is for those who wait for an
    // answer.
    this.queryPool = new QueryPool(threads.queries(), Math.max(1, parkedMax / 2));
  }

  /**
   * Starts a statement.
   *
   * @param command the request as the door took it
   */
  public PolledStatement start(
      Session session,
      String sql,
      @Nullable Handle transaction,
      byte[] command,
      CallOrigin origin) {
    boolean single = queries.count(session, sql) == 1;
    Planning planning = call -> queries.plan(session, sql, transaction, call);
    return start(session, command, single, origin, planning);
  }

  /** Starts a prepared statement with the parameters bound now. */
  public PolledStatement start(PreparedStatement statement, byte[] command, CallOrigin origin) {
    SharedParameters bound = statement.bound();
    boolean single = statement.statements().size() == 1 && bound.parameters().rowCount() == 1;
    try {
      return start(
          statement.session(),
          command,
          single,
          origin,
          call -> {
            try {
              return queries.plan(statement, bound, call);
            } finally {
              bound.release();
            }
          });
    } catch (RuntimeException e) {
      bound.release();
      throw e;
    }
  }

  /** The statement of that handle. */
  public PolledStatement find(Handle handle, Principal principal) {
    return sessions.find(handle, principal, PolledStatement.class, "descriptor of a poll");
  }

  /**
   * What to tell a client that has just started the statement. If it is over, nobody will ask
   * again, and it is forgotten.
   */
  public PolledStatement.Status first(PolledStatement polled) {
    PolledStatement.Status status;
    try {
      status = polled.await(FIRST, FIRST);
    } catch (RuntimeException e) {
      polled.session().drop(polled);
      throw e;
    }
    // Decided by what the client is told: if it is over only since then, the client will ask.
    if (status.result() != null) {
      polled.session().drop(polled);
    }
    return status;
  }

  /** What to tell a client that asks again, once there is something new, or after a second. */
  public PolledStatement.Status next(PolledStatement polled) {
    PolledStatement.Status status = polled.await(PATIENCE, LOOK);
    HeldResult result = status.result();
    if (result != null) {
      queries.result(result.handle(), polled.session().principal()); // throws if it expired
    }
    return status;
  }

  /**
   * @param single whether the engine's progress is that of the whole
   * @param planning run once unless this throws
   */
  private PolledStatement start(
      Session session, byte[] command, boolean single, CallOrigin origin, Planning planning) {
    Admission.Place place = places.hold();
    Cancellation call = queries.begin(origin);
    Run run;
    try {
      PolledStatement polled = session.poll(command);
      polled.running(
          () -> call.cancel(Cancellation.Reason.REQUESTED),
          single ? call::progress : OptionalDouble::empty);
      run = new Run(polled, call, place);
      session.enter();
    } catch (RuntimeException e) {
      call.close();
      place.close();
      throw e;
    }
    try {
      callPool.execute(logged(() -> run.plan(planning)));
    } catch (RuntimeException e) {
      run.fail(e);
      session.drop(run.polled);
      throw e;
    }
    return run.polled;
  }

  /** The work, whose log lines name the call that they name here. */
  private static Runnable logged(Runnable work) {
    LogContext call = LogContext.current();
    return () -> {
      try (LogContext.Scope scope = call.enter()) {
        work.run();
      }
    };
  }

  /**
   * Keeps the query, whose first batch is ready, for its fetch; false if none may come. It makes
   * room for another statement of its transaction or pinned session, and for newer ones.
   */
  private boolean park(HeldResult result, RunningQuery query, boolean hasFirst) {
    // The fetch has a deadline of its own, and waiting for it does not count.
    query.cancellation().clearDeadline();
    query.whenWanted(() -> letGo(result));
    query.cancellation().onCancel(() -> callPool.execute(() -> giveUp(result)));
    HeldResult oldest = null;
    synchronized (parked) {
      if (!result.park(new BegunStream(query, hasFirst, () -> unpark(result, query)))) {
        query.whenWanted(null);
        return false;
      }
      parked.addLast(result);
      if (parked.size() > parkedMax) {
        oldest = parked.removeFirst();
      }
    }
    if (oldest != null) {
      letGo(oldest);
    }
    if (query.isWanted()) {
      letGo(result); // by a statement that came while this one worked
    }
    return true;
  }

  private static void letGo(HeldResult result) {
    HeldResult.Begun given = result.takeBegun();
    if (given != null) {
      given.close();
    }
  }

  /** After a cancel; nothing once its client fetches it, which is then told. */
  private static void giveUp(HeldResult result) {
    HeldResult.Begun given = result.takeBegun();
    if (given != null) {
      given.close();
      result.cancel();
    }
  }

  private void unpark(HeldResult result, RunningQuery query) {
    query.whenWanted(null);
    synchronized (parked) {
      parked.remove(result);
    }
  }

  /** One statement under way, from its start until its client can be told what came of it. */
  private final class Run {

    private final PolledStatement polled;
    private final Cancellation call;
    private final Admission.Place place;

    Run(PolledStatement polled, Cancellation call, Admission.Place place) {
      this.polled = polled;
      this.call = call;
      this.place = place;
    }

    /** On a call thread. */
    void plan(Planning planning) {
      try {
        HeldResult result = planning.plan(call);
        if (result.content() instanceof HeldResult.Kept) {
          call.close();
          succeed(result);
        } else {
          begin(result);
        }
      } catch (Throwable e) { // for the client that asks; nobody else would learn of it
        call.close();
        fail(e);
      }
    }

    private void begin(HeldResult result) {
      try {
        RunningQuery query = queries.run(result, call);
        try {
          queryPool.execute(user(), logged(() -> first(result, query)));
        } catch (RuntimeException e) {
          query.close();
          throw e;
        }
      } catch (RuntimeException e) {
        polled.session().drop(result);
        throw e;
      }
    }

    /** On a thread of the query pool. */
    private void first(HeldResult result, RunningQuery query) {
      try {
        if (!query.start()) {
          queryPool.execute(user(), logged(() -> first(result, query)));
          return;
        }
        boolean hasFirst = query.next();
        query.parked();
        if (!park(result, query, hasFirst)) {
          query.close();
        }
        succeed(result);
      } catch (Throwable e) {
        query.failed(e);
        query.close();
        polled.session().drop(result);
        fail(e);
      }
    }

    private String user() {
      return polled.session().principal().name();
    }

    private void succeed(HeldResult result) {
      polled.succeed(result);
      leave();
    }

    private void fail(Throwable why) {
      polled.fail(why instanceof RuntimeException e ? e : new IllegalStateException(why));
      leave();
    }

    private void leave() {
      place.close();
      polled.session().leave();
    }
  }
}
