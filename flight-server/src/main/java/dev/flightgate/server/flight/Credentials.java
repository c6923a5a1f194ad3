package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Credential;
import dev.flightgate.server.auth.Peer;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a client shows in its headers: {@code authorization: Basic} (RFC 7617, base64 with or
 * without padding), {@code authorization: Bearer} (RFC 6750), or {@code auth-token-bin}, which
 * clients send after a handshake with the protobuf BasicAuth payload.
 */
final class Credentials {

  static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<byte[]> TOKEN =
      Metadata.Key.of("auth-token-bin", Metadata.BINARY_BYTE_MARSHALLER);
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";

  private Credentials() {}

  /** The credential in the headers; empty if there is none that can be read. */
  static Optional<Credential> read(Metadata headers, Peer peer) {
    String authorization = headers.get(AUTHORIZATION);
    if (authorization != null) {
      if (authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
        return basic(authorization.substring(BASIC.length()).trim(), peer, database(headers));
      }
      if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
        return Optional.of(
            new Credential.Token(
                authorization.substring(BEARER.length()).trim(), peer, database(headers)));
      }
    }
    byte[] token = headers.get(TOKEN);
    return token == null || token.length == 0
        ? Optional.empty()
        : Optional.of(
            new Credential.Token(
                new String(token, StandardCharsets.UTF_8), peer, database(headers)));
  }

  /** The database that the headers ask for; null for the default one. */
  static @Nullable String database(Metadata headers) {
    String name = headers.get(CallScope.DATABASE);
    return name == null || name.isEmpty() ? null : name;
  }

  /** The token of {@code authorization: Bearer}; null if there is none. */
  static @Nullable String token(Metadata headers) {
    String authorization = headers.get(AUTHORIZATION);
    return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? authorization.substring(BEARER.length()).trim()
        : null;
  }

  /** The header with which a client gets its token. */
  static String bearer(String token) {
    return BEARER + token;
  }

  private static Optional<Credential> basic(String encoded, Peer peer, @Nullable String database) {
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    String pair = new String(decoded, StandardCharsets.UTF_8);
    int colon = pair.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : Optional.of(
            new Credential.Password(
                pair.substring(0, colon), pair.substring(colon + 1), peer, database));
  }
}
