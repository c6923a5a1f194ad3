package dev.flightgate.server.flight;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Takes traces as OTLP over HTTP: the field numbers are those of opentelemetry's trace.proto and
 * common.proto.
 */
final class TraceReceiver implements AutoCloseable {

  /** One span; times in nanoseconds. */
  record Span(
      String traceId,
      String id,
      String parentId,
      String name,
      long kind,
      long began,
      long ended,
      Map<String, String> attributes,
      List<String> events) {}

  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final List<String> services = new CopyOnWriteArrayList<>();

  TraceReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/traces", this::take);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Span> spans() {
    return List.copyOf(spans);
  }

  /** The names that senders gave themselves. */
  List<String> services() {
    return List.copyOf(services);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      UnknownFieldSet request = UnknownFieldSet.parseFrom(exchange.getRequestBody());
      for (UnknownFieldSet resourceSpans : messages(request, 1)) {
        messages(resourceSpans, 1)
            .forEach(resource -> services.add(attributes(resource, 1).get("service.name")));
        for (UnknownFieldSet scopeSpans : messages(resourceSpans, 2)) {
          messages(scopeSpans, 2).forEach(span -> spans.add(span(span)));
        }
      }
      exchange.getResponseHeaders().set("content-type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private static Span span(UnknownFieldSet span) {
    return new Span(
        hex(span, 1),
        hex(span, 2),
        hex(span, 4),
        text(span, 5),
        span.getField(6).getVarintList().get(0),
        span.getField(7).getFixed64List().get(0),
        span.getField(8).getFixed64List().get(0),
        attributes(span, 9),
        messages(span, 11).stream().map(event -> text(event, 2)).toList());
  }

  private static Map<String, String> attributes(UnknownFieldSet of, int field) {
    Map<String, String> attributes = new HashMap<>();
    for (UnknownFieldSet pair : messages(of, field)) {
      UnknownFieldSet value = messages(pair, 2).get(0);
      attributes.put(
          text(pair, 1),
          value.hasField(1)
              ? text(value, 1)
              : String.valueOf(value.getField(3).getVarintList().stream().findFirst().orElse(0L)));
    }
    return attributes;
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field) {
    return of.getField(field).getLengthDelimitedList().stream().map(TraceReceiver::parse).toList();
  }

  private static UnknownFieldSet parse(ByteString bytes) {
    try {
      return UnknownFieldSet.parseFrom(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String text(UnknownFieldSet of, int field) {
    return bytes(of, field).toStringUtf8();
  }

  private static String hex(UnknownFieldSet of, int field) {
    return HexFormat.of().formatHex(bytes(of, field).toByteArray());
  }

  private static ByteString bytes(UnknownFieldSet of, int field) {
    List<ByteString> found = of.getField(field).getLengthDelimitedList();
    return found.isEmpty() ? ByteString.EMPTY : found.get(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
