package dev.flightgate.server.flight;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.flightgate.server.auth.AuthenticationException;
import dev.flightgate.server.auth.Credential;
import dev.flightgate.server.auth.Identity;
import dev.flightgate.server.auth.Login;
import dev.flightgate.server.auth.Peer;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.time.Duration;
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

  private final Login login;
  private final ScheduledExecutorService timer;
  private final Duration patience;

  /**
   * @param patience how long the first message may take
   */
  HandshakeHandler(Login login, ScheduledExecutorService timer, Duration patience) {
    this.login = login;
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
        log.info("login from {} failed: {}", BearerMiddleware.peer(call), why);
        call.close(status.withDescription(why), new Metadata());
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

    private synchronized void answer(@Nullable HandshakeRequest request) {
      if (closed) {
        return;
      }
      closed = true;
      deadline.cancel(false);
      Peer peer = BearerMiddleware.peer(call);
      try {
        if (Credentials.read(headers, peer).isEmpty()
            && request != null
            && !request.getPayload().isEmpty()) {
          succeedByPayload(login.authenticate(payload(request, peer)));
        } else {
          succeedByHeader(identify(peer));
        }
      } catch (AuthenticationException e) {
        log.info("login from {} failed: {}", peer, e.getMessage());
        call.close(Status.UNAUTHENTICATED.withDescription(e.getMessage()), new Metadata());
      }
    }

    private Identity identify(Peer peer) throws AuthenticationException {
      if (Credentials.read(headers, peer).isEmpty() && login.withoutCredential().isEmpty()) {
        throw new AuthenticationException(NO_CREDENTIALS);
      }
      return BearerMiddleware.identify(login, headers, peer);
    }

    private static Credential payload(HandshakeRequest request, Peer peer)
        throws AuthenticationException {
      try {
        BasicAuth basic = BasicAuth.parseFrom(request.getPayload());
        return new Credential.Password(basic.getUsername(), basic.getPassword(), peer);
      } catch (InvalidProtocolBufferException e) {
        throw new AuthenticationException(NO_CREDENTIALS);
      }
    }

    private void succeedByHeader(Identity identity) {
      Metadata response = new Metadata();
      String shown = headers.get(Credentials.AUTHORIZATION);
      boolean alreadyIssued = identity.sessionId() != null && shown != null;
      response.put(
          Credentials.AUTHORIZATION,
          alreadyIssued ? shown : Credentials.bearer(login.issueToken(identity.principal())));
      call.sendHeaders(response);
      call.close(Status.OK, new Metadata());
    }

    private void succeedByPayload(Identity identity) {
      String token = login.issueToken(identity.principal());
      call.sendHeaders(new Metadata());
      call.sendMessage(
          HandshakeResponse.newBuilder().setPayload(ByteString.copyFromUtf8(token)).build());
      call.close(Status.OK, new Metadata());
    }
  }
}
