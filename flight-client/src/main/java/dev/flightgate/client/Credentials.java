package dev.flightgate.client;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Who a client says it is. Values; their texts never show a secret. */
public sealed interface Credentials {

  /** A user with a password: traded once, at connect, for a bearer token. */
  static Credentials password(String user, String password) {
    return new Password(user, password);
  }

  /** A token the server accepts as it is. */
  static Credentials token(String token) {
    return new Token(token);
  }

  /** Nobody in particular, for a server that runs with {@code --no-auth}. */
  static Credentials none() {
    return new None();
  }

  /** The {@code authorization} header of the first call, or null for none. */
  @Nullable String authorization();

  /** A user and a password. */
  record Password(String user, String password) implements Credentials {
    @Override
    public String authorization() {
      byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
      return "Password[user=" + user + ", password=***]";
    }
  }

  /** A bearer token. */
  record Token(String token) implements Credentials {
    @Override
    public String authorization() {
      return "Bearer " + token;
    }

    @Override
    public String toString() {
      return "Token[***]";
    }
  }

  /** No credentials. */
  record None() implements Credentials {
    @Override
    public @Nullable String authorization() {
      return null;
    }
  }
}
