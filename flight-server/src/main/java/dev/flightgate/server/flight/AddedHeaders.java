package dev.flightgate.server.flight;

import dev.flightgate.server.listener.ResponseHeaders;
import io.grpc.Metadata;
import java.util.Locale;
import java.util.Set;

/** Puts headers of listeners among an answer's. */
final class AddedHeaders implements ResponseHeaders {

  private static final Set<String> OURS =
      Set.of("authorization", "set-cookie", "x-request-id", "content-type", "te");

  private final Metadata headers;

  AddedHeaders(Metadata headers) {
    this.headers = headers;
  }

  @Override
  public void add(String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (OURS.contains(lower) || lower.startsWith("grpc-")) {
      throw new IllegalArgumentException("the header " + lower + " is the gateway's own");
    }
    if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IllegalArgumentException(
          "the value of the header " + lower + " must be printable ASCII");
    }
    headers.put(Metadata.Key.of(lower, Metadata.ASCII_STRING_MARSHALLER), value);
  }
}
