package dev.flightgate.server.traces;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.listener.CallEnd;
import dev.flightgate.server.listener.ClientCall;
import dev.flightgate.server.listener.GatewayListener;
import dev.flightgate.server.listener.LoginAttempt;
import dev.flightgate.server.query.StatementRecord;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span of each call, within the client's trace if its headers name one, and spans of the
 * call's statements within that. Thread-safe. Spans are exported on the SDK's threads.
 */
public final class Traces implements GatewayListener {

  private static final String NAME = "dev.flightgate.server";

  /** For what the standard variables leave open. The library without gRPC speaks only HTTP. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "otel.service.name", "flightgate",
          "otel.exporter.otlp.protocol", "http/protobuf",
          "otel.metrics.exporter", "none",
          "otel.logs.exporter", "none");

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final StatementSpans statements;
  private final AutoCloseable owned;
  private final Map<String, Span> calls = new ConcurrentHashMap<>();
  private final Map<String, Span> running = new ConcurrentHashMap<>();

  private Traces(OpenTelemetry telemetry, StatementSpans statements, AutoCloseable owned) {
    this.tracer = telemetry.getTracer(NAME);
    this.propagator = telemetry.getPropagators().getTextMapPropagator();
    this.statements = statements;
    this.owned = owned;
  }

  /**
   * For programs that have an SDK of their own, which they close.
   *
   * @param engines the engine of each database, by name
   * @param queryText whether spans have the text of their statement
   */
  public static Traces of(OpenTelemetry telemetry, Map<String, String> engines, boolean queryText) {
    return new Traces(telemetry, statements(telemetry, engines, queryText), () -> {});
  }

  /**
   * With an SDK that is made as OpenTelemetry's variables and system properties say, and closed
   * with the gateway.
   *
   * @param engines the engine of each database, by name
   * @param queryText whether spans have the text of their statement
   * @throws RuntimeException if they say what cannot be
   */
  public static Traces autoconfigured(Map<String, String> engines, boolean queryText) {
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> DEFAULTS)
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk();
    return new Traces(sdk, statements(sdk, engines, queryText), sdk);
  }

  private static StatementSpans statements(
      OpenTelemetry telemetry, Map<String, String> engines, boolean queryText) {
    return new StatementSpans(telemetry.getTracer(NAME), engines, queryText);
  }

  @Override
  public void callBegan(ClientCall call) {
    Context parent = propagator.extract(Context.root(), call.headers(), HeaderGetter.INSTANCE);
    int slash = call.method().indexOf('/');
    Span span =
        tracer
            .spanBuilder(call.method())
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent)
            .setStartTimestamp(call.began())
            .setAttribute("rpc.system", "grpc")
            .setAttribute("rpc.service", call.method().substring(0, Math.max(0, slash)))
            .setAttribute("rpc.method", call.method().substring(slash + 1))
            .setAttribute("client.address", call.connection().peer())
            .setAttribute("flightgate.request_id", call.requestId())
            .startSpan();
    calls.put(call.requestId(), span);
  }

  @Override
  public void authenticated(ClientCall call, Principal principal, LoginAttempt attempt) {
    Span span = calls.get(call.requestId());
    if (span != null) {
      span.setAttribute("enduser.id", principal.name());
    }
  }

  @Override
  public void statementBegan(StatementRecord statement) {
    Span call = calls.get(statement.origin().requestId());
    Context parent = call == null ? Context.root() : Context.root().with(call);
    running.put(statement.id(), statements.begin(statement, parent));
  }

  @Override
  public void statementEnded(StatementRecord statement) {
    Span span = running.remove(statement.id());
    if (span != null) {
      statements.end(statement, span);
    }
  }

  @Override
  public void callEnded(ClientCall call, CallEnd end) {
    Span span = calls.remove(call.requestId());
    if (span != null) {
      CallStatus.write(end, span);
      span.end();
    }
  }

  /** Exports what is left, for some seconds at most. */
  @Override
  public void close() {
    try {
      owned.close();
    } catch (Exception e) {
      throw new IllegalStateException("the OpenTelemetry SDK did not close", e);
    }
  }

  /** Reads the headers of a call, whose names are in lower case. */
  private enum HeaderGetter implements TextMapGetter<Map<String, String>> {
    INSTANCE;

    @Override
    public Iterable<String> keys(Map<String, String> headers) {
      return headers.keySet();
    }

    @Override
    public @Nullable String get(@Nullable Map<String, String> headers, String name) {
      return headers == null ? null : headers.get(name);
    }
  }
}
