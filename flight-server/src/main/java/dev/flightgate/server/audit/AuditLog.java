package dev.flightgate.server.audit;

import dev.flightgate.server.auth.Principal;
import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.config.AuditConfig;
import dev.flightgate.server.config.AuditConfig.OnFailure;
import dev.flightgate.server.config.AuditConfig.Text;
import dev.flightgate.server.listener.ClientCall;
import dev.flightgate.server.listener.ClientConnection;
import dev.flightgate.server.listener.GatewayListener;
import dev.flightgate.server.listener.LoginAttempt;
import dev.flightgate.server.query.AdminAction;
import dev.flightgate.server.query.StatementGate;
import dev.flightgate.server.query.StatementRecord;
import dev.flightgate.server.query.StatementRecord.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes who came in, what they ran and what administrators did. Thread-safe; as a gate it has to
 * let every statement pass that it is told of.
 *
 * <p>A statement that was only planned or prepared has no record: what runs of it has its own.
 */
public final class AuditLog implements GatewayListener, StatementGate {

  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

  /** So many different logins of one connection are remembered as told. */
  private static final int LOGINS_MAX = 64;

  private record Login(String user, LoginAttempt.Method method) {}

  private final AuditQueue queue;
  private final boolean refuses;
  private final boolean withText;
  private final Map<Long, Set<Login>> logins = new ConcurrentHashMap<>();

  private AuditLog(AuditQueue queue, AuditConfig config) {
    this.queue = queue;
    this.refuses = config.onFailure() == OnFailure.REFUSE;
    this.withText = config.text() == Text.FULL;
  }

  /**
   * Opens the file.
   *
   * @throws IOException if it cannot be written
   */
  public static AuditLog open(Path file, AuditConfig config) throws IOException {
    AuditFile opened = AuditFile.open(file, config.fileBytesMax(), config.filesMax());
    return new AuditLog(new AuditQueue(opened), config);
  }

  /** Keeps room for the statement's record, if one without a record may not run. */
  @Override
  public void admit(String sql) {
    if (!refuses) {
      return;
    }
    if (queue.failure() != null) {
      throw refused("it cannot be written (the server's log says why)");
    }
    if (!queue.reserve(room(sql))) {
      throw refused("too much is waiting to be written");
    }
  }

  private static BackendException refused(String why) {
    return new BackendException(
        Kind.UNAVAILABLE,
        "the statement would not be recorded in the audit, and so does not run: "
            + why
            + "; setting audit.on-failure");
  }

  private int room(String sql) {
    return AuditQueue.room(withText ? sql.length() : 0);
  }

  @Override
  public void statementEnded(StatementRecord statement) {
    if (statement.outcome() == Outcome.PLANNED) {
      if (refuses) {
        queue.release(room(statement.sql()));
      }
      return;
    }
    byte[] line = AuditRecords.statement(statement, withText);
    if (refuses) {
      queue.add(line, room(statement.sql()));
    } else {
      queue.addIfRoom(line);
    }
  }

  @Override
  public void authenticated(ClientCall call, Principal principal, LoginAttempt attempt) {
    if (attempt.method() != LoginAttempt.Method.SESSION_TOKEN
        && isNew(call.connection(), new Login(principal.name(), attempt.method()))) {
      queue.addIfRoom(AuditRecords.login(call, principal.name(), attempt));
    }
  }

  /** A client that shows its password with every call has logged in once. */
  private boolean isNew(ClientConnection connection, Login login) {
    Set<Login> known =
        logins.computeIfAbsent(connection.number(), c -> ConcurrentHashMap.newKeySet());
    return known.size() >= LOGINS_MAX || known.add(login);
  }

  @Override
  public void disconnected(ClientConnection connection) {
    logins.remove(connection.number());
  }

  @Override
  public void authenticationFailed(ClientCall call, LoginAttempt attempt, String reason) {
    queue.addIfRoom(AuditRecords.failedLogin(call, attempt, reason));
  }

  @Override
  public void administered(AdminAction action) {
    queue.addIfRoom(AuditRecords.action(action));
  }

  /** Waits, not for ever, until all is written. */
  @Override
  public void close() {
    try {
      queue.close();
    } catch (IOException e) {
      log.error("the file of the audit did not close", e);
    }
  }
}
