package dev.flightgate.server.flight;

import io.grpc.Metadata;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The headers of a call that may be shown to others than the gateway. */
final class ShownHeaders {

  private static final Set<String> SECRET =
      Set.of("authorization", "proxy-authorization", "cookie");

  private ShownHeaders() {}

  /** All but credentials, cookies and binary headers; of several of one name the last. */
  static Map<String, String> of(Metadata headers) {
    Map<String, String> shown = new HashMap<>();
    for (String name : headers.keys()) {
      if (!name.endsWith(Metadata.BINARY_HEADER_SUFFIX) && !SECRET.contains(name)) {
        String value = headers.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
        if (value != null) {
          shown.put(name, value);
        }
      }
    }
    return shown;
  }
}
