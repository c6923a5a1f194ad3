package dev.flightgate.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of a gateway. Immutable; made once at start and refused if impossible.
 *
 * @param databases the databases served, the first being the default; at least one
 * @param flight where and how the Flight door listens
 * @param auth who may come in
 * @param sessions what a client may hold
 * @param queries what a statement may take
 * @param logFormat how log lines look
 * @param sample whether the default database is filled with TPC-H at scale 0.01 at start
 */
public record GatewayConfig(
    List<DatabaseConfig> databases,
    FlightConfig flight,
    AuthConfig auth,
    SessionConfig sessions,
    QueryConfig queries,
    LogFormat logFormat,
    boolean sample) {

  /** Copies the list. */
  public GatewayConfig {
    databases = List.copyOf(databases);
  }

  /** How log lines look. */
  public enum LogFormat {
    /** For people. */
    TEXT,
    /** One JSON object a line. */
    JSON
  }

  /**
   * One database.
   *
   * @param name what clients call it
   * @param type the backend's word: "duckdb"
   * @param location a path or {@code :memory:}
   * @param readOnly whether the engine refuses every change
   * @param extensions engine extensions, each {@code name} or {@code name@repository}
   * @param initSql a file of statements to run once at start, or null
   * @param settings the engine's own settings, such as {@code sqlite.misfit}
   */
  public record DatabaseConfig(
      String name,
      String type,
      String location,
      boolean readOnly,
      List<String> extensions,
      @Nullable Path initSql,
      Map<String, String> settings) {

    /** Copies the collections. */
    public DatabaseConfig {
      extensions = List.copyOf(extensions);
      settings = Map.copyOf(settings);
    }
  }

  /**
   * Where and how the Flight door listens.
   *
   * @param host the address to bind
   * @param port 0 for a free one
   * @param tls certificate and key, or null for plain text
   * @param insecure whether plain text or open access beyond loopback was asked for on purpose
   * @param messageBytesMax the largest message a client may send
   * @param headerBytesMax the largest header block a client may send
   * @param batchBytes the body size batches should have
   * @param batchRowsMax the most rows a batch may have
   */
  public record FlightConfig(
      String host,
      int port,
      @Nullable TlsConfig tls,
      boolean insecure,
      int messageBytesMax,
      int headerBytesMax,
      int batchBytes,
      int batchRowsMax) {}

  /** A PEM certificate chain and its key. */
  public record TlsConfig(Path certificate, Path key) {}

  /**
   * Who may come in.
   *
   * @param disabled whether everybody may, as the user "anonymous" (loopback only)
   * @param users who may log in with a password
   * @param tokens static API tokens
   * @param tokenLifetime how long a bearer token made by a handshake is good
   * @param credentialsFile where a generated password is left for {@code flightgate query}; null if
   *     none was generated
   */
  public record AuthConfig(
      boolean disabled,
      List<UserConfig> users,
      List<TokenConfig> tokens,
      Duration tokenLifetime,
      @Nullable Path credentialsFile) {

    /** Copies the lists. */
    public AuthConfig {
      users = List.copyOf(users);
      tokens = List.copyOf(tokens);
    }
  }

  /** A user and the password; {@code readOnly} users change nothing. */
  public record UserConfig(String name, Secret password, boolean readOnly) {}

  /** A static API token and the user it stands for. */
  public record TokenConfig(Secret token, String user, boolean readOnly) {}

  /** A text that never shows itself in logs. */
  public record Secret(String value) {
    @Override
    public String toString() {
      return "***";
    }
  }

  /**
   * What clients may hold.
   *
   * @param max sessions in all
   * @param idleTimeout after how long without a call a session is closed
   * @param statementsMax prepared statements of one session
   * @param transactionsMax transactions of one session
   * @param transactionIdleTimeout after how long without a call a transaction is rolled back
   * @param resultsMax planned or kept results of one session that nobody fetched yet; more push out
   *     the oldest
   * @param resultLifetime how long such a result can be fetched
   */
  public record SessionConfig(
      int max,
      Duration idleTimeout,
      int statementsMax,
      int transactionsMax,
      Duration transactionIdleTimeout,
      int resultsMax,
      Duration resultLifetime) {}

  /**
   * What statements may take.
   *
   * @param runningMax how many run at the same time
   * @param queueMax how many more may wait for their turn
   * @param queueTimeout how long they wait
   * @param timeout how long a statement may take, its streaming included
   * @param bytesMax the Arrow memory one query may hold at once
   * @param keptBytesMax the size of a result that must be kept for its ticket (INSERT … RETURNING,
   *     the last of several statements)
   */
  public record QueryConfig(
      int runningMax,
      int queueMax,
      Duration queueTimeout,
      Duration timeout,
      long bytesMax,
      long keptBytesMax) {}
}
