package dev.flightgate.server.traces;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.query.StatementRecord;
import dev.flightgate.server.query.StatementRecord.Outcome;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * A statement as spans: one of the whole, named by what was done and where, and in it "wait" and
 * "execute" if it had to wait. Attributes as OpenTelemetry's conventions for databases say.
 */
final class StatementSpans {

  private final Tracer tracer;
  private final Map<String, String> engines;
  private final boolean queryText;

  StatementSpans(Tracer tracer, Map<String, String> engines, boolean queryText) {
    this.tracer = tracer;
    this.engines = Map.copyOf(engines);
    this.queryText = queryText;
  }

  Span begin(StatementRecord statement, Context parent) {
    Span span =
        tracer
            .spanBuilder(name(statement, statement.activity().name()))
            .setParent(parent)
            .setStartTimestamp(statement.began())
            .setAttribute("db.system.name", engines.getOrDefault(statement.database(), "other_sql"))
            .setAttribute("db.namespace", statement.database())
            .startSpan();
    if (queryText) {
      span.setAttribute("db.query.text", statement.sql());
    }
    return span;
  }

  void end(StatementRecord statement, Span span) {
    Outcome outcome = statement.outcome();
    if (outcome == null || !span.isRecording()) {
      span.end();
      return;
    }
    Instant began = statement.began();
    Instant ended = began.plus(statement.duration());
    Duration first = statement.timeToFirstBatch();
    if (!first.isZero()) {
      span.addEvent("first batch", began.plus(first));
    }
    if (statement.rows() >= 0 && outcome != Outcome.PLANNED) {
      span.setAttribute("db.response.returned_rows", statement.rows());
    }
    span.setAttribute("flightgate.outcome", outcome.toString());
    switch (outcome) {
      case COMPLETED -> {}
      case PLANNED -> {
        if (statement.activity() == StatementRecord.Activity.RUN) {
          span.updateName(name(statement, "plan"));
        }
      }
      case FAILED -> span.setStatus(StatusCode.ERROR);
      case CANCELLED, ABANDONED -> span.addEvent("cancelled", ended);
    }
    BackendException failure = statement.failure();
    if (failure != null) {
      span.setAttribute("error.type", failure.kind().name());
    }
    phases(statement, span, ended);
    span.end(ended);
  }

  private void phases(StatementRecord statement, Span span, Instant ended) {
    Duration waited = statement.waited();
    if (!waited.isZero()) {
      Instant started = statement.began().plus(waited);
      Context within = Context.root().with(span);
      phase("wait", within, statement.began(), started);
      phase("execute", within, started, ended);
    }
  }

  private void phase(String name, Context parent, Instant from, Instant to) {
    tracer.spanBuilder(name).setParent(parent).setStartTimestamp(from).startSpan().end(to);
  }

  private static String name(StatementRecord statement, String activity) {
    return activity.toLowerCase(Locale.ROOT) + " " + statement.database();
  }
}
