package dev.flightgate.server.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.listener.ClientCall;
import dev.flightgate.server.listener.LoginAttempt;
import dev.flightgate.server.query.AdminAction;
import dev.flightgate.server.query.StatementRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;

/** What happened, each as one line of JSON. */
final class AuditRecords {

  /** Of what anybody may send without being known. */
  private static final int NAME_CHARACTERS_MAX = 256;

  private static final JsonFactory json = new JsonFactory();

  private interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  private AuditRecords() {}

  /** Somebody has come in. */
  static byte[] login(ClientCall call, String user, LoginAttempt attempt) {
    return line(
        Instant.now(),
        "login",
        out -> {
          out.writeStringField("outcome", "ok");
          out.writeStringField("user", user);
          origin(out, call.connection().peer(), call.requestId());
          out.writeStringField("method", method(attempt));
        });
  }

  /** Somebody has not. */
  static byte[] failedLogin(ClientCall call, LoginAttempt attempt, String reason) {
    return line(
        Instant.now(),
        "login",
        out -> {
          out.writeStringField("outcome", "failed");
          out.writeStringField("user", shorten(attempt.user()));
          origin(out, call.connection().peer(), call.requestId());
          out.writeStringField("method", method(attempt));
          out.writeStringField("reason", reason);
        });
  }

  /**
   * A statement is over.
   *
   * @param withText whether its text is for the record
   */
  static byte[] statement(StatementRecord statement, boolean withText) {
    return line(
        statement.began(),
        "statement",
        out -> {
          out.writeStringField("outcome", String.valueOf(statement.outcome()));
          out.writeStringField("user", statement.principal().name());
          origin(out, statement.origin().peer(), statement.origin().requestId());
          out.writeStringField("database", statement.database());
          out.writeStringField("activity", lower(statement.activity()));
          if (withText) {
            out.writeStringField("text", statement.sql());
          }
          if (statement.rows() >= 0) {
            out.writeNumberField("rows", statement.rows());
          }
          out.writeNumberField("bytes", statement.bytes());
          out.writeNumberField("duration_ms", statement.duration().toMillis());
          BackendException failure = statement.failure();
          if (failure != null) {
            out.writeStringField("error", lower(failure.kind()));
          }
        });
  }

  /** An administrator has done something. */
  static byte[] action(AdminAction action) {
    return line(
        Instant.now(),
        "action",
        out -> {
          out.writeStringField("outcome", action.done() ? "ok" : "failed");
          out.writeStringField("user", action.principal().name());
          origin(out, action.origin().peer(), action.origin().requestId());
          out.writeStringField("action", action.name());
          out.writeStringField("target", action.target());
        });
  }

  /** Records are missing here. */
  static byte[] lost(long records) {
    return line(Instant.now(), "lost", out -> out.writeNumberField("records", records));
  }

  private static byte[] line(Instant time, String event, Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator out = json.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("time", time.toString());
      out.writeStringField("event", event);
      fields.write(out);
      out.writeEndObject();
      out.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void origin(JsonGenerator out, String peer, String requestId) throws IOException {
    out.writeStringField("address", peer);
    out.writeStringField("request", requestId);
  }

  private static String method(LoginAttempt attempt) {
    return lower(attempt.method());
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String shorten(String name) {
    return name.codePointCount(0, name.length()) <= NAME_CHARACTERS_MAX
        ? name
        : name.substring(0, name.offsetByCodePoints(0, NAME_CHARACTERS_MAX)) + "…";
  }
}
