package dev.flightgate.server.flight;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.Credential;
import dev.flightgate.server.auth.Identity;
import dev.flightgate.server.auth.Login;
import dev.flightgate.server.auth.Peer;
import dev.flightgate.server.query.LogContext;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.Flight.BasicAuth;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.jspecify.annotations.Nullable;

/**
 * Answers Handshake (Flight.proto, {@code rpc Handshake}) in place of flight-core's, which waits
 * busily on a thread of its own.
 *
 * <p>With {@code authorization: Basic …} the token comes back in the response header {@code
 * authorization: Bearer …}, and no HandshakeResponse; a valid Bearer succeeds and comes back.
 * Without that header the first request's payload is a protobuf BasicAuth, and the token comes back
 * as the payload of one HandshakeResponse. No thread waits for anything; a handshake that takes too
 * long or sends too much is refused.
 */
final class HandshakeHandler implements ServerCallHandler<HandshakeRequest, HandshakeResponse> {

  private static final RefusalLog log = RefusalLog.of(HandshakeHandler.class);
  private static final String NO_CREDENTIALS =
      "no credentials: send 'authorization: Basic …', or a BasicAuth message as payload";

  private final Callers callers;
  private final Login login;
  private final ScheduledExecutorService timer;
  private final Duration patience;

  /**
   * @param patience how long the first message may take
   */
  HandshakeHandler(Callers callers, ScheduledExecutorService timer, Duration patience) {
    this.callers = callers;
    this.login = callers.login();
    this.timer = timer;
    this.patience = patience;
  }

  @Override
  public ServerCall.Listener<HandshakeRequest> startCall(
      ServerCall<HandshakeRequest, HandshakeResponse> call, Metadata headers) {
    Conversation conversation = new Conversation(call, headers);
    HandshakeSize.whenExceeded(Context.current(), conversation::sentTooMuch);
    call.request(1);
    return conversation;
  }

  private final class Conversation extends ServerCall.Listener<HandshakeRequest> {

    private final ServerCall<HandshakeRequest, HandshakeResponse> call;
    private final Metadata headers;
    private final NamedCall named = NamedCall.current();
    private final LogContext logged = LogContext.current();
    private final Future<?> deadline;
    private boolean closed;

    Conversation(ServerCall<HandshakeRequest, HandshakeResponse> call, Metadata headers) {
      this.call = call;
      this.headers = headers;
      this.deadline = timer.schedule(this::tookTooLong, patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void tookTooLong() {
      refuse(
          Status.DEADLINE_EXCEEDED,
          "no credentials came within " + patience.toMillis() / 1000.0 + " s");
    }

    void sentTooMuch() {
      refuse(
          Status.RESOURCE_EXHAUSTED,
          "a handshake may send " + HandshakeSize.BYTES_MAX + " bytes, and this one sent more");
    }

    private synchronized void refuse(Status status, String why) {
      if (!closed) {
        closed = true;
        deadline.cancel(false);
        fail(status, Optional.empty(), why);
      }
    }

    @Override
    public synchronized void onCancel() {
      closed = true;
      deadline.cancel(false);
    }

    @Override
    public void onMessage(HandshakeRequest request) {
      answer(request);
    }

    @Override
    public void onHalfClose() {
      answer(null);
    }

    private void answer(@Nullable HandshakeRequest request) {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      // Not under the lock from here on: looking at a password takes time, and the timer and the
      // transport ask for the lock.
      deadline.cancel(false);
      Peer peer = Callers.peer(call);
      Optional<Credential> shown = Credentials.read(headers, peer);
      try {
        if (shown.isEmpty() && request != null && !request.getPayload().isEmpty()) {
          shown = Optional.of(payload(request, peer));
          succeedByPayload(login.authenticate(shown.get()), shown);
          return;
        }
        shown = callers.credential(call, headers);
        if (login.withoutCredential().isEmpty() && shown.isEmpty()) {
          throw new AuthenticationException(NO_CREDENTIALS);
        }
        succeedByHeader(callers.identify(call, headers), shown);
      } catch (AuthenticationException e) {
        login.refused();
        fail(Callers.status(e), shown, Callers.reason(e));
      }
    }

    private void fail(Status status, Optional<Credential> shown, String why) {
      try (LogContext.Scope scope = logged.enter()) {
        log.info("login from {} failed: {}", Callers.peer(call), why);
      }
      named.refused(() -> shown, why);
      call.close(status.withDescription(why), new Metadata());
    }

    private Credential payload(HandshakeRequest request, Peer peer) throws AuthenticationException {
      try {
        BasicAuth basic = BasicAuth.parseFrom(request.getPayload());
        return new Credential.Password(
            basic.getUsername(), basic.getPassword(), peer, Credentials.database(headers));
      } catch (InvalidProtocolBufferException e) {
        throw new AuthenticationException(NO_CREDENTIALS);
      }
    }

    private void succeedByHeader(Identity identity, Optional<Credential> credential) {
      named.authenticated(identity, () -> credential);
      Metadata response = new Metadata();
      String shown = headers.get(Credentials.AUTHORIZATION);
      boolean alreadyIssued = identity.sessionId() != null && shown != null;
      response.put(
          Credentials.AUTHORIZATION,
          alreadyIssued ? shown : Credentials.bearer(login.issueToken(identity.principal())));
      call.sendHeaders(response);
      call.close(Status.OK, new Metadata());
    }

    private void succeedByPayload(Identity identity, Optional<Credential> credential) {
      named.authenticated(identity, () -> credential);
      String token = login.issueToken(identity.principal());
      call.sendHeaders(new Metadata());
      call.sendMessage(
          HandshakeResponse.newBuilder().setPayload(ByteString.copyFromUtf8(token)).build());
      call.close(Status.OK, new Metadata());
    }
  }
}
