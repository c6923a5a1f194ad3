package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Identity;
import dev.flightgate.server.listener.CallEvents;
import dev.flightgate.server.query.CallOrigin;
import dev.flightgate.server.query.LogContext;
import io.grpc.Context;
import io.grpc.Metadata;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a call, and what its headers say. Travels in gRPC's context from the {@link
 * BearerMiddleware} to whatever answers the call.
 */
final class CallScope {

  static final Context.Key<CallScope> KEY = Context.key("flightgate.call");

  /** Names the database the call is for; unset for the default one. */
  static final Metadata.Key<String> DATABASE =
      Metadata.Key.of("database", Metadata.ASCII_STRING_MARSHALLER);

  /** The JDBC driver sends every property of its URL that it does not know as a header. */
  private static final Metadata.Key<String> SCHEMA =
      Metadata.Key.of("schema", Metadata.ASCII_STRING_MARSHALLER);

  private final Identity identity;
  private final NamedCall named;
  private final Metadata headers;
  private final Optional<String> sessionCookie;
  private final Supplier<String> newSessionId;
  private @Nullable String provisionalSession;
  private volatile @Nullable String setCookie;

  CallScope(Identity identity, NamedCall named, Metadata headers, Supplier<String> newSessionId) {
    this.identity = identity;
    this.named = named;
    this.headers = headers;
    this.newSessionId = newSessionId;
    this.sessionCookie = SessionCookie.read(headers);
  }

  /** The call that runs on this thread. */
  static CallScope current() {
    CallScope scope = KEY.get();
    if (scope == null) {
      throw new IllegalStateException("the call did not pass the bearer middleware");
    }
    return scope;
  }

  Identity identity() {
    return identity;
  }

  /** The call's name, and where it comes from. */
  CallOrigin origin() {
    return named.origin();
  }

  /** Tells listeners of the call. */
  CallEvents events() {
    return named.events();
  }

  /** What log lines say of the call. */
  LogContext logged() {
    return new LogContext(named.origin().requestId(), identity.principal().name());
  }

  /** Whether the client names its session, by cookie or token. */
  boolean namesSession() {
    return sessionCookie.isPresent() || identity.sessionId() != null;
  }

  /**
   * The name of the client's session: its cookie, else its token's. A client that shows neither (a
   * password or static token on every call) gets a new one with each call, and with it a cookie: if
   * it keeps cookies, its next call names that session.
   */
  synchronized String sessionId() {
    if (sessionCookie.isPresent()) {
      return sessionCookie.get();
    }
    String ofToken = identity.sessionId();
    if (ofToken != null) {
      return ofToken;
    }
    if (provisionalSession == null) {
      provisionalSession = newSessionId.get();
    }
    return provisionalSession;
  }

  /** The database that the client asks for; empty for the default one. */
  Optional<String> database() {
    return Optional.ofNullable(Credentials.database(headers));
  }

  /** The schema that a session begins in if this call makes one; empty for the default one. */
  Optional<String> schema() {
    return Optional.ofNullable(headers.get(SCHEMA)).filter(name -> !name.isEmpty());
  }

  /** Says that the call uses a session, so that the client is told its name. */
  void usesSession() {
    if (!namesSession()) {
      setCookie = SessionCookie.set(sessionId());
    }
  }

  /** Tells the client to forget its session. */
  void forgetSession() {
    setCookie = SessionCookie.forget(sessionId());
  }

  /** Adds what the response headers carry. */
  void respond(Metadata responseHeaders) {
    String cookie = setCookie;
    if (cookie != null) {
      responseHeaders.put(SessionCookie.SET_COOKIE, cookie);
    }
  }
}
