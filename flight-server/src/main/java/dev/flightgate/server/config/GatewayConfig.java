package dev.flightgate.server.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.flightgate.server.backend.Right;
import dev.flightgate.server.config.IssuerConfig.JwtConfig;
import dev.flightgate.server.config.IssuerConfig.OidcConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Every setting of a gateway. Immutable; made once at start and refused if impossible.
 *
 * @param databases the databases served, the first being the default; at least one
 * @param flight where and how the Flight door listens
 * @param http where the HTTP door listens, if it does
 * @param auth who may come in
 * @param sessions what a client may hold
 * @param queries what a statement may take
 * @param shutdown how the gateway ends
 * @param audit whether a record is kept of who did what, and where
 * @param traces what traces tell
 * @param logFormat how log lines look
 * @param sample whether the default database is filled with TPC-H at scale 0.01 at start
 * @param stateDir the folder where this user's gateways leave generated credentials
 */
public record GatewayConfig(
    List<DatabaseConfig> databases,
    FlightConfig flight,
    HttpConfig http,
    AuthConfig auth,
    SessionConfig sessions,
    QueryConfig queries,
    ShutdownConfig shutdown,
    AuditConfig audit,
    TracesConfig traces,
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
    Require.present(http, "http");
    Require.present(auth, "auth");
    Require.present(sessions, "sessions");
    Require.present(queries, "queries");
    Require.present(shutdown, "shutdown");
    Require.present(audit, "audit");
    Require.present(traces, "traces");
    Require.present(logFormat, "log-format");
    Require.present(stateDir, "state-dir");
    TlsConfig tls = flight.tls();
    if (tls == null || tls.clientIdentity() == ClientIdentity.NONE) {
      requirePasswords(auth.users());
    }
  }

  /** Only who comes by certificate needs none. */
  private static void requirePasswords(List<UserConfig> users) {
    for (int i = 0; i < users.size(); i++) {
      UserConfig user = users.get(i);
      Require.that(
          user.password() != null || user.passwordHash() != null,
          "auth.users[" + i + "].password",
          "is missing");
    }
  }

  /** The same settings with one more user. */
  public GatewayConfig withUser(UserConfig user) {
    List<UserConfig> users = new ArrayList<>(auth.users());
    users.add(user);
    return new GatewayConfig(
        databases,
        flight,
        http,
        auth.withUsers(users),
        sessions,
        queries,
        shutdown,
        audit,
        traces,
        logFormat,
        sample,
        stateDir);
  }

  /** The same settings with tokens signed by the key in this file. */
  public GatewayConfig withSigningKey(Path file) {
    return new GatewayConfig(
        databases,
        flight,
        http,
        auth.withSigningKeyFile(file),
        sessions,
        queries,
        shutdown,
        audit,
        traces,
        logFormat,
        sample,
        stateDir);
  }

  /** Whether somebody can come in: a user, token, issuer or certificate is configured. */
  public boolean hasCredentials() {
    TlsConfig tls = flight.tls();
    return auth.hasCredentials() || (tls != null && tls.clientIdentity() != ClientIdentity.NONE);
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
   * @param onFatalError what is done when the engine gives the database up
   */
  public record DatabaseConfig(
      String name,
      String type,
      String location,
      boolean readOnly,
      List<String> extensions,
      @Nullable Path initSql,
      Map<String, String> settings,
      OnFatalError onFatalError) {

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
      onFatalError = Require.orElse(onFatalError, OnFatalError.REOPEN);
    }

    /** A database that is opened again after a fatal error. */
    public DatabaseConfig(
        String name,
        String type,
        String location,
        boolean readOnly,
        List<String> extensions,
        @Nullable Path initSql,
        Map<String, String> settings) {
      this(name, type, location, readOnly, extensions, initSql, settings, OnFatalError.REOPEN);
    }
  }

  /** What is done with a database whose engine gave it up after an error of its own. */
  public enum OnFatalError {
    /** Its sessions are closed, and it is closed and opened again. */
    REOPEN,
    /** The gateway ends, for its supervisor to start it again. */
    EXIT,
    /** It stays unusable, and the gateway not ready; others are served. */
    STAY
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
   * @param reflection whether clients may ask the server for its protobuf descriptors
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
      boolean reflection,
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
   * Where the HTTP door listens: on the Flight door's host, with its certificate.
   *
   * @param port 0 for a free one, null for no such door
   */
  public record HttpConfig(@Nullable Integer port) {

    /** Checks the range. */
    public HttpConfig {
      if (port != null) {
        Require.between(port, 0, 65_535, "port");
      }
    }
  }

  /**
   * How the gateway ends.
   *
   * @param grace how long what runs may go on; zero ends it at once
   */
  public record ShutdownConfig(Duration grace) {

    /** Checks that it is not negative. */
    public ShutdownConfig {
      Require.notNegative(grace, "grace");
    }
  }

  /**
   * A PEM certificate chain and its key.
   *
   * @param clientCa PEM certificates of those who sign the certificates of clients, which then all
   *     have to show one; null if clients need none
   * @param clientIdentity which part of a client's certificate names the user, so that no password
   *     or token is needed
   * @param clientOptional whether clients without a certificate may come and log in otherwise
   * @param clientRoles the roles of users that a certificate names and nothing else does; none to
   *     refuse them
   */
  public record TlsConfig(
      Path certificate,
      Path key,
      @Nullable Path clientCa,
      ClientIdentity clientIdentity,
      boolean clientOptional,
      List<String> clientRoles) {

    /** Checks that both are there: neither is of use alone. */
    public TlsConfig {
      Require.present(certificate, "certificate");
      Require.present(key, "key");
      clientIdentity = clientIdentity == null ? ClientIdentity.NONE : clientIdentity;
      clientRoles = List.copyOf(clientRoles);
      boolean named = clientIdentity != ClientIdentity.NONE;
      Require.that(!named || clientCa != null, "client-identity", "needs client-ca");
      Require.that(!clientOptional || clientCa != null, "client-optional", "needs client-ca");
      Require.that(named || clientRoles.isEmpty(), "client-roles", "needs client-identity");
    }

    /** Certificates of clients are shown, if any, but name nobody. */
    public TlsConfig(Path certificate, Path key, @Nullable Path clientCa) {
      this(certificate, key, clientCa, ClientIdentity.NONE, false, List.of());
    }
  }

  /** Which part of a client's certificate names the user. */
  public enum ClientIdentity {
    /** None: clients log in all the same. */
    @JsonProperty("none")
    NONE,
    /** The common name of its subject. */
    @JsonProperty("subject-cn")
    SUBJECT_CN,
    /** Its alternative name that is a host's. */
    @JsonProperty("san-dns")
    SAN_DNS,
    /** Its alternative name that is an address of mail. */
    @JsonProperty("san-email")
    SAN_EMAIL,
    /** Its alternative name that is a URI, such as SPIFFE's. */
    @JsonProperty("san-uri")
    SAN_URI;

    /** As settings write it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Who may come in.
   *
   * @param disabled whether everybody may, as the user "anonymous" (loopback only)
   * @param users who may log in with a password
   * @param tokens static API tokens
   * @param tokenLifetime how long a bearer token made by a handshake is good
   * @param roles those there are beside admin, writer and reader
   * @param usersFile more users, read again when it changes; null for none
   * @param signingKeyFile what bearer tokens are signed with; null for a key of this process
   * @param jwt issuers of tokens whose keys are known
   * @param oidc OpenID providers
   */
  public record AuthConfig(
      boolean disabled,
      List<UserConfig> users,
      List<TokenConfig> tokens,
      Duration tokenLifetime,
      List<RoleConfig> roles,
      @Nullable Path usersFile,
      @Nullable Path signingKeyFile,
      List<JwtConfig> jwt,
      List<OidcConfig> oidc) {

    /** Copies the lists; refuses two users or two roles of one name. */
    public AuthConfig {
      users = List.copyOf(users);
      tokens = List.copyOf(tokens);
      roles = List.copyOf(roles);
      jwt = List.copyOf(jwt);
      oidc = List.copyOf(oidc);
      Set<String> roleNames = new HashSet<>(RoleConfig.BUILT_IN);
      for (int i = 0; i < roles.size(); i++) {
        String name = roles.get(i).name();
        Require.that(
            roleNames.add(name), "roles[" + i + "].name", "is already taken: \"" + name + "\"");
      }
      Set<String> names = new HashSet<>();
      for (int i = 0; i < users.size(); i++) {
        String name = users.get(i).name();
        Require.that(
            names.add(name), "users[" + i + "].name", "is already taken: \"" + name + "\"");
      }
      Require.positive(tokenLifetime, "token-lifetime");
    }

    /** Without files and issuers. */
    public AuthConfig(
        boolean disabled,
        List<UserConfig> users,
        List<TokenConfig> tokens,
        Duration tokenLifetime,
        List<RoleConfig> roles) {
      this(disabled, users, tokens, tokenLifetime, roles, null, null, List.of(), List.of());
    }

    /** The same with these users. */
    public AuthConfig withUsers(List<UserConfig> others) {
      return new AuthConfig(
          disabled, others, tokens, tokenLifetime, roles, usersFile, signingKeyFile, jwt, oidc);
    }

    /** The same with the key in this file. */
    public AuthConfig withSigningKeyFile(@Nullable Path file) {
      return new AuthConfig(
          disabled, users, tokens, tokenLifetime, roles, usersFile, file, jwt, oidc);
    }

    /** Whether at least one user, token or issuer is configured. */
    public boolean hasCredentials() {
      return !users.isEmpty()
          || !tokens.isEmpty()
          || usersFile != null
          || !jwt.isEmpty()
          || !oidc.isEmpty();
    }
  }

  /**
   * A user.
   *
   * @param password in the clear; null if there is a hash, or none is needed
   * @param passwordHash the same hashed by argon2id or bcrypt
   * @param readOnly short for the role reader
   * @param roles writer if none are given
   */
  public record UserConfig(
      String name,
      @Nullable Secret password,
      @Nullable Secret passwordHash,
      boolean readOnly,
      List<String> roles) {

    /** Checks the name, which a colon would end in a Basic header; fills the roles. */
    public UserConfig {
      Require.notBlank(name, "name");
      Require.that(name.indexOf(':') < 0, "name", "must not contain a colon");
      Require.that(
          password == null || passwordHash == null,
          "password-hash",
          "cannot be given together with \"password\"");
      roles = rolesOf(readOnly, roles);
    }

    /** A writer, or a reader. */
    public UserConfig(String name, Secret password, boolean readOnly) {
      this(name, password, null, readOnly, List.of());
    }
  }

  /**
   * A static API token.
   *
   * @param token in the clear; null if there is a digest
   * @param sha256 its SHA-256 in hexadecimal digits
   * @param user the user it stands for
   * @param readOnly short for the role reader
   * @param expires from when on it is good no more; null for never
   * @param roles writer if none are given
   */
  public record TokenConfig(
      @Nullable Secret token,
      @Nullable String sha256,
      String user,
      boolean readOnly,
      @Nullable Instant expires,
      List<String> roles) {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Checks that either is there; fills the roles. */
    public TokenConfig {
      Require.that(token != null || sha256 != null, "token", "is missing");
      Require.that(
          token == null || sha256 == null, "sha256", "cannot be given together with \"token\"");
      sha256 = sha256 == null ? null : sha256.toLowerCase(Locale.ROOT);
      Require.that(
          sha256 == null || SHA256.matcher(sha256).matches(),
          "sha256",
          "must be 64 hexadecimal digits");
      Require.notBlank(user, "user");
      roles = rolesOf(readOnly, roles);
    }

    /** A writer's, or a reader's, for good. */
    public TokenConfig(Secret token, String user, boolean readOnly) {
      this(token, null, user, readOnly, null, List.of());
    }
  }

  private static List<String> rolesOf(boolean readOnly, List<String> roles) {
    List<String> reader = List.of("reader");
    Require.that(
        !readOnly || roles.isEmpty() || roles.equals(reader),
        "read-only",
        "is short for the role reader, and cannot be given together with other roles");
    if (roles.isEmpty()) {
      return readOnly ? reader : List.of("writer");
    }
    return List.copyOf(roles);
  }

  /**
   * A role beside the built-in ones.
   *
   * @param grants what its users may do with which tables
   * @param mayAttach whether they may attach other databases
   * @param mayReadFiles whether their statements may name files of the server
   * @param mayLoadExtensions whether they may install and load extensions of the engine
   */
  public record RoleConfig(
      String name,
      List<GrantConfig> grants,
      boolean mayAttach,
      boolean mayReadFiles,
      boolean mayLoadExtensions) {

    /** The names that are taken. */
    public static final Set<String> BUILT_IN = Set.of("admin", "writer", "reader");

    /** Checks that there is a name. */
    public RoleConfig {
      Require.notBlank(name, "name");
      grants = List.copyOf(grants);
    }
  }

  /**
   * Rights in the tables whose names fit patterns, in which {@code *} is any text and {@code ?} any
   * character; a pattern left out fits all.
   */
  public record GrantConfig(
      String database, String catalog, String schema, String table, Set<Right> rights) {

    /** Fills the patterns left out; checks that there is a right. */
    public GrantConfig {
      database = database == null ? "*" : database;
      catalog = catalog == null ? "*" : catalog;
      schema = schema == null ? "*" : schema;
      table = table == null ? "*" : table;
      Require.present(rights, "rights");
      Require.that(!rights.isEmpty(), "rights", "must be some of read, write, define");
      rights = Set.copyOf(rights);
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
   * @param resultRowsMax how many rows a result may have; 0 for any number
   * @param resultBytesMax how many bytes of batches a result may have; 0 for any number
   */
  public record QueryConfig(
      int runningMax,
      int queueMax,
      Duration queueTimeout,
      Duration timeout,
      Duration uploadIdleTimeout,
      long bytesMax,
      long keptBytesMax,
      long resultRowsMax,
      long resultBytesMax) {

    /** Checks that every limit is one. A queue may be empty, and then nothing waits. */
    public QueryConfig {
      Require.between(runningMax, 1, 10_000, "running-max");
      Require.between(queueMax, 0, 1_000_000, "queue-max");
      Require.positive(queueTimeout, "queue-timeout");
      Require.positive(timeout, "timeout");
      Require.positive(uploadIdleTimeout, "upload-idle-timeout");
      Require.size(bytesMax, 1 << 20, Long.MAX_VALUE, "bytes-max");
      Require.size(keptBytesMax, 1 << 10, Long.MAX_VALUE, "kept-bytes-max");
      Require.that(
          resultRowsMax >= 0, "result-rows-max", "must not be negative, was " + resultRowsMax);
      Require.size(resultBytesMax, 0, Long.MAX_VALUE, "result-bytes-max");
    }
  }
}
