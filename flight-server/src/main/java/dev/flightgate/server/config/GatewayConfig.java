package dev.flightgate.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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
 * @param stateDir the folder where this user's gateways leave generated credentials
 */
public record GatewayConfig(
    List<DatabaseConfig> databases,
    FlightConfig flight,
    AuthConfig auth,
    SessionConfig sessions,
    QueryConfig queries,
    LogFormat logFormat,
    boolean sample,
    Path stateDir) {

  /** Checks what concerns several settings; each section checks its own. */
  public GatewayConfig {
    databases = List.copyOf(databases);
    Require.that(!databases.isEmpty(), "databases", "must name at least one database");
    Set<String> names = new HashSet<>();
    for (int i = 0; i < databases.size(); i++) {
      String name = databases.get(i).name();
      Require.that(
          names.add(name), "databases[" + i + "].name", "is already taken: \"" + name + "\"");
    }
    Require.present(flight, "flight");
    Require.present(auth, "auth");
    Require.present(sessions, "sessions");
    Require.present(queries, "queries");
    Require.present(logFormat, "log-format");
    Require.present(stateDir, "state-dir");
  }

  /** The same settings with one more user. */
  public GatewayConfig withUser(UserConfig user) {
    List<UserConfig> users = new ArrayList<>(auth.users());
    users.add(user);
    return new GatewayConfig(
        databases,
        flight,
        new AuthConfig(auth.disabled(), users, auth.tokens(), auth.tokenLifetime()),
        sessions,
        queries,
        logFormat,
        sample,
        stateDir);
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

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,62}");

    /** Copies the collections, and checks that name, type and location are there. */
    public DatabaseConfig {
      Require.present(name, "name");
      Require.that(
          NAME.matcher(name).matches(),
          "name",
          "must be letters, digits and _ . - and begin with a letter, was \"" + name + "\"");
      Require.notBlank(type, "type");
      Require.notBlank(location, "location");
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
   * @param connections how many of them there may be, and what they may have under way
   */
  public record FlightConfig(
      String host,
      int port,
      @Nullable TlsConfig tls,
      boolean insecure,
      int messageBytesMax,
      int headerBytesMax,
      int batchBytes,
      int batchRowsMax,
      ConnectionConfig connections) {

    private static final int MEBIBYTE = 1 << 20;

    /** Checks the ranges. Many clients take no message above 4 MiB, hence the limit of a batch. */
    public FlightConfig {
      Require.notBlank(host, "host");
      Require.between(port, 0, 65_535, "port");
      Require.size(messageBytesMax, 64 << 10, Integer.MAX_VALUE, "message-bytes-max");
      Require.size(headerBytesMax, 4 << 10, MEBIBYTE, "header-bytes-max");
      Require.size(batchBytes, 1 << 10, 3 * MEBIBYTE, "batch-bytes");
      Require.between(batchRowsMax, 1, 1_048_576, "batch-rows-max");
      Require.present(connections, "connections");
    }
  }

  /**
   * What clients may open and have under way, known or not.
   *
   * @param max connections in all
   * @param perAddressMax connections of one IPv4 address, or of one IPv6 network of 64 bits
   * @param loginsMax logins under way; half of them of one address
   * @param callsMax calls that are worked on at the same time, waiting ones included
   */
  public record ConnectionConfig(int max, int perAddressMax, int loginsMax, int callsMax) {

    /** Checks that every limit is one. */
    public ConnectionConfig {
      Require.between(max, 1, 1_000_000, "max");
      Require.between(perAddressMax, 1, 1_000_000, "per-address-max");
      Require.between(loginsMax, 2, 100_000, "logins-max");
      Require.between(callsMax, 1, 100_000, "calls-max");
    }
  }

  /**
   * A PEM certificate chain and its key.
   *
   * @param clientCa PEM certificates of those who sign the certificates of clients, which then all
   *     have to show one; null if clients need none
   */
  public record TlsConfig(Path certificate, Path key, @Nullable Path clientCa) {

    /** Checks that both are there: neither is of use alone. */
    public TlsConfig {
      Require.present(certificate, "certificate");
      Require.present(key, "key");
    }
  }

  /**
   * Who may come in.
   *
   * @param disabled whether everybody may, as the user "anonymous" (loopback only)
   * @param users who may log in with a password
   * @param tokens static API tokens
   * @param tokenLifetime how long a bearer token made by a handshake is good
   */
  public record AuthConfig(
      boolean disabled, List<UserConfig> users, List<TokenConfig> tokens, Duration tokenLifetime) {

    /** Copies the lists; refuses two users of one name. */
    public AuthConfig {
      users = List.copyOf(users);
      tokens = List.copyOf(tokens);
      Set<String> names = new HashSet<>();
      for (int i = 0; i < users.size(); i++) {
        String name = users.get(i).name();
        Require.that(
            names.add(name), "users[" + i + "].name", "is already taken: \"" + name + "\"");
      }
      Require.positive(tokenLifetime, "token-lifetime");
    }

    /** Whether at least one user or token is configured. */
    public boolean hasCredentials() {
      return !users.isEmpty() || !tokens.isEmpty();
    }
  }

  /** A user and the password; {@code readOnly} users change nothing. */
  public record UserConfig(String name, Secret password, boolean readOnly) {

    /** Checks that both are there. A colon would end the name in a Basic header. */
    public UserConfig {
      Require.notBlank(name, "name");
      Require.that(name.indexOf(':') < 0, "name", "must not contain a colon");
      Require.present(password, "password");
    }
  }

  /** A static API token and the user it stands for. */
  public record TokenConfig(Secret token, String user, boolean readOnly) {

    /** Checks that both are there. */
    public TokenConfig {
      Require.present(token, "token");
      Require.notBlank(user, "user");
    }
  }

  /** A text that never shows itself in logs. */
  public record Secret(String value) {

    /** Refuses the empty text, which would let everybody in. */
    public Secret {
      if (value.isEmpty()) {
        throw new IllegalArgumentException("must not be empty");
      }
    }

    @Override
    public String toString() {
      return "***";
    }
  }

  /**
   * What clients may hold.
   *
   * @param max sessions in all
   * @param perUserMax sessions of one user
   * @param idleTimeout after how long without a call a session is closed
   * @param statementsMax prepared statements of one session
   * @param transactionsMax transactions of one session
   * @param transactionIdleTimeout after how long without a call a transaction is rolled back
   * @param resultsMax planned or kept results of one session that nobody fetched yet; more push out
   *     the oldest
   * @param resultLifetime how long such a result can be fetched
   * @param bytesMax the memory of all bound parameters and kept results
   * @param perUserBytesMax the same of one user
   */
  public record SessionConfig(
      int max,
      int perUserMax,
      Duration idleTimeout,
      int statementsMax,
      int transactionsMax,
      Duration transactionIdleTimeout,
      int resultsMax,
      Duration resultLifetime,
      long bytesMax,
      long perUserBytesMax) {

    /** Checks that every limit is one. */
    public SessionConfig {
      Require.between(max, 1, 1_000_000, "max");
      Require.between(perUserMax, 1, 1_000_000, "per-user-max");
      Require.positive(idleTimeout, "idle-timeout");
      Require.between(statementsMax, 1, 1_000_000, "statements-max");
      Require.between(transactionsMax, 1, 10_000, "transactions-max");
      Require.positive(transactionIdleTimeout, "transaction-idle-timeout");
      Require.between(resultsMax, 1, 1_000_000, "results-max");
      Require.positive(resultLifetime, "result-lifetime");
      Require.size(bytesMax, 1 << 10, Long.MAX_VALUE, "bytes-max");
      Require.size(perUserBytesMax, 1 << 10, Long.MAX_VALUE, "per-user-bytes-max");
    }
  }

  /**
   * What statements may take.
   *
   * @param runningMax how many run at the same time
   * @param queueMax how many more may wait for their turn
   * @param queueTimeout how long they wait
   * @param timeout how long a statement may take, its streaming included
   * @param uploadIdleTimeout how long an upload may send nothing
   * @param bytesMax the Arrow memory one query may hold at once
   * @param keptBytesMax the size of a result that must be kept for its ticket (INSERT … RETURNING,
   *     the last of several statements)
   */
  public record QueryConfig(
      int runningMax,
      int queueMax,
      Duration queueTimeout,
      Duration timeout,
      Duration uploadIdleTimeout,
      long bytesMax,
      long keptBytesMax) {

    /** Checks that every limit is one. A queue may be empty, and then nothing waits. */
    public QueryConfig {
      Require.between(runningMax, 1, 10_000, "running-max");
      Require.between(queueMax, 0, 1_000_000, "queue-max");
      Require.positive(queueTimeout, "queue-timeout");
      Require.positive(timeout, "timeout");
      Require.positive(uploadIdleTimeout, "upload-idle-timeout");
      Require.size(bytesMax, 1 << 20, Long.MAX_VALUE, "bytes-max");
      Require.size(keptBytesMax, 1 << 10, Long.MAX_VALUE, "kept-bytes-max");
    }
  }
}
