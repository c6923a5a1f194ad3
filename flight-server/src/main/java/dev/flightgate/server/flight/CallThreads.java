package dev.flightgate.server.flight;

import dev.flightgate.server.config.GatewayConfig.ConnectionConfig;
import dev.flightgate.server.query.LogContext;
import io.grpc.Codec;
import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which thread a call is taken on, and how many may be under way. A call with one request is taken
 * and read on the transport's thread, which has the request at hand, and goes to a call thread when
 * that is there: a call thread from the beginning would have to ask the transport for the request,
 * and be woken twice.
 *
 * <p>Uploads and compressed requests, whose reading is work, are on call threads from the
 * beginning. Handshakes, and credentials that an authenticator may have to ask others about, begin
 * on the few threads for logins: who makes them is not known, so they take threads and places from
 * each other only. As an interceptor this is the first of all, so that whatever comes after the
 * request is in order and on call threads. Thread-safe.
 */
final class CallThreads implements ServerCallExecutorSupplier, ServerInterceptor {

  private static final Logger log = LoggerFactory.getLogger(CallThreads.class);
  private static final RefusalLog refusals = RefusalLog.of(CallThreads.class);

  /** Put on a login, with what became of it when it wanted a place, until it is begun. */
  private static final Metadata.Key<String> PLACE =
      Metadata.Key.of("flightgate-place", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> ENCODING =
      Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);

  private final Executor callPool;
  private final Executor loginPool;
  private final BiPredicate<ServerCall<?, ?>, Metadata> blocks;
  private final ConnectionConfig limits;
  private final Places logins;
  private final AtomicInteger calls = new AtomicInteger();

  /**
   * @param callPool calls end with RESOURCE_EXHAUSTED whose tasks it refuses
   * @param loginPool must not refuse tasks
   * @param blocks whether telling who calls may wait
   */
  CallThreads(
      Executor callPool,
      Executor loginPool,
      BiPredicate<ServerCall<?, ?>, Metadata> blocks,
      ConnectionConfig limits) {
    this.callPool = callPool;
    this.loginPool = loginPool;
    this.blocks = blocks;
    this.limits = limits;
    this.logins = new Places(limits.loginsMax(), Math.max(1, limits.loginsMax() / 2));
  }

  @Override
  public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
    headers.discardAll(PLACE); // that nobody else may put there
    if (!isLogin(call, headers)) {
      return isOneMessage(call) && !isCompressed(headers) ? Runnable::run : callPool;
    }
    Places.Entry entry = logins.enter(Callers.peer(call).network());
    headers.put(PLACE, entry.name());
    if (entry != Places.Entry.TAKEN) {
      return Runnable::run;
    }
    return isHandshake(call) ? loginPool : new LoginFirst(loginPool, callPool);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String entry = headers.get(PLACE);
    if (entry == null) {
      return handingOver(call, next.startCall(call, headers));
    }
    headers.discardAll(PLACE);
    if (!entry.equals(Places.Entry.TAKEN.name())) {
      turnAway(call, Places.Entry.valueOf(entry));
      return new ServerCall.Listener<>() {};
    }
    Place place = new Place(Callers.peer(call).network());
    boolean begun = false;
    try {
      ServerCall.Listener<Q> taken = next.startCall(call, headers);
      begun = true;
      return isHandshake(call) ? place.untilTheEnd(taken) : handingOver(call, taken);
    } finally {
      if (!begun || !isHandshake(call)) {
        place.leave();
      }
    }
  }

  private <Q> ServerCall.Listener<Q> handingOver(
      ServerCall<Q, ?> call, ServerCall.Listener<Q> taken) {
    return isOneMessage(call) ? new HandOver<>(call, taken) : taken;
  }

  private void turnAway(ServerCall<?, ?> call, Places.Entry entry) {
    int max = limits.loginsMax();
    String full =
        entry == Places.Entry.ALL_ARE_TAKEN
            ? max + " logins are under way"
            : Math.max(1, max / 2) + " logins from your address are under way";
    String why = full + " (setting flight.connections.logins-max): try again later";
    refusals.info("login from {} failed: {}", Callers.peer(call), why);
    call.close(Status.RESOURCE_EXHAUSTED.withDescription(why), new Metadata());
  }

  private static boolean isOneMessage(ServerCall<?, ?> call) {
    return call.getMethodDescriptor().getType().clientSendsOneMessage();
  }

  private static boolean isHandshake(ServerCall<?, ?> call) {
    return call.getMethodDescriptor().getFullMethodName().equals(BearerMiddleware.HANDSHAKE);
  }

  /** Whether the call needs a place; asked once, as the answer may be another a moment later. */
  private boolean isLogin(ServerCall<?, ?> call, Metadata headers) {
    return isHandshake(call) || blocks.test(call, headers);
  }

  private static boolean isCompressed(Metadata headers) {
    String encoding = headers.get(ENCODING);
    return encoding != null && !encoding.equals(Codec.Identity.NONE.getMessageEncoding());
  }

  /** A login's place, which is given back once. */
  private final class Place {

    private final String owner;
    private final AtomicBoolean left = new AtomicBoolean();

    Place(String owner) {
      this.owner = owner;
    }

    void leave() {
      if (!left.getAndSet(true)) {
        logins.leave(owner);
      }
    }

    <Q> ServerCall.Listener<Q> untilTheEnd(ServerCall.Listener<Q> call) {
      return new SimpleForwardingServerCallListener<>(call) {
        @Override
        public void onComplete() {
          leave();
          super.onComplete();
        }

        @Override
        public void onCancel() {
          leave();
          super.onCancel();
        }
      };
    }
  }

  /**
   * Passes a call on to a call thread once its request is there. What comes later is told there as
   * long as that thread works, and on the transport's own afterwards: readiness and cancels, which
   * only wake others.
   */
  private final class HandOver<Q> extends ServerCall.Listener<Q> {

    private final ServerCall<Q, ?> call;
    private final ServerCall.Listener<Q> taken;
    private final Context context = Context.current();
    private final LogContext logged = LogContext.current();

    // Guarded by this.
    private final Queue<Runnable> events = new ArrayDeque<>();
    private boolean working;

    HandOver(ServerCall<Q, ?> call, ServerCall.Listener<Q> taken) {
      this.call = call;
      this.taken = taken;
    }

    @Override
    public void onMessage(Q request) {
      taken.onMessage(request);
    }

    @Override
    public void onHalfClose() {
      synchronized (this) {
        events.add(taken::onHalfClose);
        working = true;
      }
      if (calls.incrementAndGet() > limits.callsMax()) {
        calls.decrementAndGet();
        refuse(limits.callsMax() + " calls are under way (setting flight.connections.calls-max)");
        return;
      }
      try {
        callPool.execute(context.wrap(this::workAndLeave));
      } catch (Throwable noThread) { // thrown on, it would end the connection, and others' calls
        calls.decrementAndGet();
        refuse("the server has no thread left for the call");
        log.warn("a call was refused, as there is no thread left for it: {}", noThread.toString());
      }
    }

    private void workAndLeave() {
      try {
        work();
      } finally {
        calls.decrementAndGet();
      }
    }

    @Override
    public void onReady() {
      pass(taken::onReady);
    }

    @Override
    public void onCancel() {
      pass(taken::onCancel);
    }

    @Override
    public void onComplete() {
      pass(taken::onComplete);
    }

    private void pass(Runnable event) {
      synchronized (this) {
        if (working) {
          events.add(event);
          return;
        }
      }
      event.run();
    }

    /** Tells of the events one after the other. */
    private void work() {
      try (LogContext.Scope log = logged.enter()) {
        for (Runnable event = next(); event != null; event = next()) {
          try {
            event.run();
          } catch (Throwable failure) {
            fail(failure);
          }
        }
      }
    }

    private synchronized @Nullable Runnable next() {
      Runnable event = events.poll();
      working = event != null;
      return event;
    }

    /** Ends the call without its answer, and tells what came meanwhile on this thread. */
    private void refuse(String why) {
      synchronized (this) {
        events.remove(); // that the request is there: nobody will answer it
      }
      close(Status.RESOURCE_EXHAUSTED.withDescription(why + ": try again later"));
      work();
    }

    /** As gRPC does on its own threads. */
    private void fail(Throwable failure) {
      close(Status.UNKNOWN.withDescription("Application error processing RPC").withCause(failure));
      log.error("a call failed outside of its commands", failure);
    }

    private void close(Status status) {
      try {
        call.close(status, new Metadata());
      } catch (IllegalStateException closedAlready) {
        log.debug("a call was closed already", closedAlready);
      }
    }
  }
}
