package dev.flightgate.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.net.HttpCookie;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What every call carries: the authorization, the session cookie and the database; and what every
 * answer may change of it. Begins with the credentials given; once the server answers with a bearer
 * token, that is sent instead and the password is forgotten. Thread-safe.
 */
final class CallHeaders implements ClientInterceptor {

  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
  private static final Metadata.Key<String> COOKIE = key("cookie");
  private static final Metadata.Key<String> SET_COOKIE = key("set-cookie");
  private static final Metadata.Key<String> DATABASE = key("database");

  private final @Nullable String database;
  private final Map<String, String> cookies = new ConcurrentHashMap<>();
  private volatile @Nullable String authorization;

  CallHeaders(Credentials credentials, @Nullable String database) {
    this.authorization = credentials.authorization();
    this.database = database;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        write(headers);
        super.start(new AnswerListener<>(listener), headers);
      }
    };
  }

  /** Adds what is known so far to the headers of a call. */
  void write(Metadata headers) {
    String now = authorization;
    if (now != null) {
      headers.put(AUTHORIZATION, now);
    }
    if (database != null) {
      headers.put(DATABASE, database);
    }
    if (!cookies.isEmpty()) {
      headers.put(
          COOKIE,
          cookies.entrySet().stream()
              .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
              .collect(Collectors.joining("; ")));
    }
  }

  /** Takes a bearer token and cookies from the headers, or trailers, of an answer. */
  void read(Metadata answer) {
    String token = answer.get(AUTHORIZATION);
    if (token != null && token.startsWith("Bearer ")) {
      authorization = token;
    }
    Iterable<String> texts = answer.getAll(SET_COOKIE);
    if (texts != null) {
      texts.forEach(this::keep);
    }
  }

  private void keep(String setCookie) {
    for (HttpCookie cookie : parse(setCookie)) {
      if (cookie.hasExpired()) {
        cookies.remove(cookie.getName());
      } else {
        cookies.put(cookie.getName(), cookie.getValue());
      }
    }
  }

  private static Iterable<HttpCookie> parse(String setCookie) {
    try {
      return HttpCookie.parse(setCookie);
    } catch (IllegalArgumentException malformed) {
      // Cookies are optional: without one the server goes by the token.
      return java.util.List.of();
    }
  }

  private final class AnswerListener<A> extends SimpleForwardingClientCallListener<A> {

    AnswerListener(ClientCall.Listener<A> delegate) {
      super(delegate);
    }

    @Override
    public void onHeaders(Metadata headers) {
      read(headers);
      super.onHeaders(headers);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      read(trailers);
      super.onClose(status, trailers);
    }
  }
}
