package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Credential;
import dev.flightgate.server.auth.Identity;
import dev.flightgate.server.listener.CallEvents;
import dev.flightgate.server.listener.LoginAttempt;
import dev.flightgate.server.listener.LoginAttempt.Method;
import dev.flightgate.server.query.CallOrigin;
import io.grpc.Context;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A call, whoever makes it. Travels in gRPC's context from the {@link NamingMiddleware} to whatever
 * answers the call.
 *
 * @param events tells listeners of it
 */
record NamedCall(CallOrigin origin, CallEvents events) {

  static final Context.Key<NamedCall> KEY = Context.key("flightgate.named-call");

  /** The call that runs on this thread. */
  static NamedCall current() {
    NamedCall call = KEY.get();
    if (call == null) {
      throw new IllegalStateException("the call did not pass the naming middleware");
    }
    return call;
  }

  /**
   * The client showed who it is.
   *
   * @param shown asked only if anybody listens
   */
  void authenticated(Identity identity, Supplier<Optional<Credential>> shown) {
    if (events.isTold()) {
      events.authenticated(
          identity.principal(), attempt(shown.get(), identity.sessionId() != null));
    }
  }

  /**
   * The client did not show who it is.
   *
   * @param shown asked only if anybody listens
   */
  void refused(Supplier<Optional<Credential>> shown, String reason) {
    if (events.isTold()) {
      events.authenticationFailed(attempt(shown.get(), false), reason);
    }
  }

  private static LoginAttempt attempt(Optional<Credential> shown, boolean ofSession) {
    if (shown.isEmpty()) {
      return new LoginAttempt(Method.NONE, "");
    }
    Credential credential = shown.get();
    if (credential instanceof Credential.Password password) {
      return new LoginAttempt(Method.PASSWORD, password.user());
    }
    if (credential instanceof Credential.Token) {
      return new LoginAttempt(ofSession ? Method.SESSION_TOKEN : Method.TOKEN, "");
    }
    return new LoginAttempt(Method.CERTIFICATE, "");
  }
}
