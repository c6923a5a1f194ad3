package dev.flightgate.server.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.flightgate.server.backend.Right;
import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import dev.flightgate.server.config.GatewayConfig.GrantConfig;
import dev.flightgate.server.config.GatewayConfig.LogFormat;
import dev.flightgate.server.config.GatewayConfig.RoleConfig;
import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Where settings come from, which source wins, and what is refused with which words. */
final class ConfigLoaderTest {

  @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>(Map.of("HOME", "home"));

  @Test
  void load_nothingSaid_defaults() {
    GatewayConfig config = load();

    assertThat(config.databases())
        .containsExactly(
            new DatabaseConfig("main", "duckdb", ":memory:", false, List.of(), null, Map.of()));
    assertThat(config.flight().host()).isEqualTo("127.0.0.1");
    assertThat(config.flight().port()).isEqualTo(31337);
    assertThat(config.flight().tls()).isNull();
    assertThat(config.flight().messageBytesMax()).isEqualTo(16 << 20);
    assertThat(config.auth().tokenLifetime()).isEqualTo(Duration.ofHours(12));
    assertThat(config.sessions().idleTimeout()).isEqualTo(Duration.ofMinutes(30));
    assertThat(config.queries().runningMax()).isGreaterThanOrEqualTo(16);
    assertThat(config.logFormat()).isEqualTo(LogFormat.TEXT);
    assertThat(config.stateDir()).isEqualTo(Path.of("home", ".local", "state", "flightgate"));
  }

  @Test
  void load_wholeFile_everySettingArrives() throws IOException {
    Path password = Files.writeString(folder.resolve("password"), "s3cret:with colon\nignored\n");
    GatewayConfig config =
        loadFile(
            """
            databases:
              - name: main
                type: duckdb
                location: main.db
                extensions: [httpfs, h3@community]
                init-sql: init.sql
                settings: {memory_limit: 2GB}
              - {name: legacy, type: sqlite, location: ":memory:", read-only: true}
            flight:
              host: localhost
              port: 0
              tls: {certificate: cert.pem, key: key.pem, client-ca: ca.pem}
              insecure: true
              message-bytes-max: 64MiB
              header-bytes-max: 32KiB
              batch-bytes: 1MB
              batch-rows-max: 1000
              connections: {max: 11, per-address-max: 12, logins-max: 13, calls-max: 14}
            auth:
              users:
                - {name: ann, password-file: '%s'}
                - {name: bob, password: hunter2, read-only: true}
              tokens: [{token: abc, user: ci}]
              token-lifetime: PT1H30M
            sessions:
              {max: 1, per-user-max: 4, idle-timeout: 30s, statements-max: 2, transactions-max: 3,
               transaction-idle-timeout: 4m, results-max: 5, result-lifetime: 500ms,
               bytes-max: 9MiB, per-user-bytes-max: 8KiB}
            queries:
              {running-max: 6, queue-max: 0, queue-timeout: 7s, timeout: 2h,
               upload-idle-timeout: 8s, bytes-max: 1GB,
               kept-bytes-max: 4096, result-rows-max: 20, result-bytes-max: 1MiB}
            audit: {file: audit.jsonl, file-bytes-max: 5MiB, files-max: 3, on-failure: drop, text: none}
            traces: {query-text: true}
            log-format: json
            sample: true
            state-dir: state
            """
                .formatted(password));

    assertThat(config.databases())
        .containsExactly(
            new DatabaseConfig(
                "main",
                "duckdb",
                "main.db",
                false,
                List.of("httpfs", "h3@community"),
                Path.of("init.sql"),
                Map.of("memory_limit", "2GB")),
            new DatabaseConfig("legacy", "sqlite", ":memory:", true, List.of(), null, Map.of()));
    assertThat(config.flight())
        .isEqualTo(
            new GatewayConfig.FlightConfig(
                "localhost",
                0,
                new TlsConfig(Path.of("cert.pem"), Path.of("key.pem"), Path.of("ca.pem")),
                true,
                64 << 20,
                32 << 10,
                1_000_000,
                1000,
                false,
                new GatewayConfig.ConnectionConfig(11, 12, 13, 14)));
    assertThat(config.auth().users()).extracting("name").containsExactly("ann", "bob");
    assertThat(password(config)).isEqualTo("s3cret:with colon");
    assertThat(config.auth().users().get(1).readOnly()).isTrue();
    assertThat(config.auth().tokens().get(0).user()).isEqualTo("ci");
    assertThat(config.auth().tokenLifetime()).isEqualTo(Duration.ofMinutes(90));
    assertThat(config.sessions())
        .isEqualTo(
            new GatewayConfig.SessionConfig(
                1,
                4,
                Duration.ofSeconds(30),
                2,
                3,
                Duration.ofMinutes(4),
                5,
                Duration.ofMillis(500),
                9 << 20,
                8 << 10));
    assertThat(config.queries())
        .isEqualTo(
            new GatewayConfig.QueryConfig(
                6,
                0,
                Duration.ofSeconds(7),
                Duration.ofHours(2),
                Duration.ofSeconds(8),
                1_000_000_000,
                4096,
                20,
                1 << 20));
    assertThat(config.audit())
        .isEqualTo(
            new AuditConfig(
                Path.of("audit.jsonl"),
                5 << 20,
                3,
                AuditConfig.OnFailure.DROP,
                AuditConfig.Text.NONE));
    assertThat(config.traces().queryText()).isTrue();
    assertThat(config.logFormat()).isEqualTo(LogFormat.JSON);
    assertThat(config.sample()).isTrue();
    assertThat(config.stateDir()).isEqualTo(Path.of("state"));
    assertThat(config.toString()).doesNotContain("s3cret", "hunter2", "abc");
  }

  @Test
  void load_sameSettingInAllSources_flagBeforeVariableBeforeFileBeforeDefault() throws IOException {
    String file = "flight: {host: localhost, port: 1001}";

    assertThat(loadFile(file).flight().port()).isEqualTo(1001);
    assertThat(loadFile(file).flight().batchRowsMax()).isEqualTo(65_536);
    environment.put("FLIGHTGATE_PORT", "1002");
    assertThat(loadFile(file).flight().port()).isEqualTo(1002);
    assertThat(loadFile(file, "--port", "1003").flight().port()).isEqualTo(1003);
    assertThat(loadFile(file, "--port", "1003").flight().host()).isEqualTo("localhost");
  }

  @Test
  void load_variableOfSettingWithoutFlag_isRead() {
    environment.put("FLIGHTGATE_SESSIONS_IDLE_TIMEOUT", "5m");
    environment.put("FLIGHTGATE_QUERIES_BYTES_MAX", "1GiB");

    assertThat(load().sessions().idleTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(load().queries().bytesMax()).isEqualTo(1L << 30);
  }

  @Test
  void load_everyFlagAsVariable_isRead() {
    environment.put("FLIGHTGATE_DATABASES", "a=duckdb:x,y.db,b=sqlite::memory:");
    environment.put("FLIGHTGATE_HOST", "localhost");
    environment.put("FLIGHTGATE_USER", "ann");
    environment.put("FLIGHTGATE_PASSWORD", "s3cret");
    environment.put("FLIGHTGATE_AUTH_TOKEN", "abc");
    environment.put("FLIGHTGATE_TLS_CERT", "cert.pem");
    environment.put("FLIGHTGATE_TLS_KEY", "key.pem");
    environment.put("FLIGHTGATE_TLS_CLIENT_CA", "ca.pem");
    environment.put("FLIGHTGATE_INSECURE", "true");
    environment.put("FLIGHTGATE_READ_ONLY", "true");
    environment.put("FLIGHTGATE_EXTENSIONS", "httpfs,h3@community");
    environment.put("FLIGHTGATE_INIT_SQL", "init.sql");
    environment.put("FLIGHTGATE_SAMPLE", "true");
    environment.put("FLIGHTGATE_LOG_FORMAT", "json");
    environment.put("FLIGHTGATE_STATE_DIR", "state");

    GatewayConfig config = load();

    assertThat(config.databases())
        .containsExactly(
            new DatabaseConfig(
                "a",
                "duckdb",
                "x,y.db",
                true,
                List.of("httpfs", "h3@community"),
                Path.of("init.sql"),
                Map.of()),
            new DatabaseConfig("b", "sqlite", ":memory:", true, List.of(), null, Map.of()));
    assertThat(config.flight().host()).isEqualTo("localhost");
    assertThat(config.flight().tls())
        .isEqualTo(new TlsConfig(Path.of("cert.pem"), Path.of("key.pem"), Path.of("ca.pem")));
    assertThat(config.flight().insecure()).isTrue();
    assertThat(password(config)).isEqualTo("s3cret");
    assertThat(token(config)).isEqualTo("abc");
    assertThat(config.auth().tokens().get(0).user()).isEqualTo("ann");
    assertThat(config.sample()).isTrue();
    assertThat(config.logFormat()).isEqualTo(LogFormat.JSON);
    assertThat(config.stateDir()).isEqualTo(Path.of("state"));
  }

  @Test
  void load_switchAsFlagAndVariable_staysOn() {
    environment.put("FLIGHTGATE_SAMPLE", "true");

    assertThat(load("--sample").sample()).isTrue();
  }

  @Test
  void load_emptyVariable_countsAsUnset() {
    environment.put("FLIGHTGATE_PORT", "");
    environment.put("FLIGHTGATE_SESSIONS_MAX", "");

    assertThat(load().flight().port()).isEqualTo(31337);
    assertThat(load().sessions().max()).isEqualTo(1_000);
  }

  @Test
  void load_dbPath_isDuckDbNamedMain() {
    assertThat(load("--db-path", "x.db", "--database", "b=sqlite:y.db").databases())
        .extracting("name", "type", "location")
        .containsExactly(tuple("main", "duckdb", "x.db"), tuple("b", "sqlite", "y.db"));
  }

  @Test
  void load_tokenFromFile_isFirstLine() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "abc\n");

    GatewayConfig config = load("--auth-token", "@" + token);

    assertThat(token(config)).isEqualTo("abc");
    assertThat(config.auth().tokens().get(0).user()).isEqualTo("flightgate");
  }

  @Test
  void load_fileWithVariables_substitutesThem() throws IOException {
    environment.put("WHERE", "there.db");
    String file =
        """
        databases: [{name: main, type: duckdb, location: 'here/${WHERE}'}]
        flight: {port: '${PORT:-7}', host: '${HOST:-localhost}'}
        """;

    assertThat(loadFile(file).databases().get(0).location()).isEqualTo("here/there.db");
    assertThat(loadFile(file).flight().port()).isEqualTo(7);
    environment.put("PORT", "8");
    assertThat(loadFile(file).flight().port()).isEqualTo(8);
  }

  @Test
  void load_everyWayIn_arrives() throws IOException {
    GatewayConfig config =
        loadFile(
            """
            flight:
              tls: {certificate: c, key: k, client-ca: a, client-identity: san-uri,
                    client-optional: true, client-roles: [reader]}
            auth:
              users-file: users.yaml
              signing-key-file: key
              users:
                - {name: ann, password-hash: $argon2id$x, roles: [admin, writer]}
                - {name: bob, password: secret}
                - {name: eve, password: secret, read-only: true}
                - {name: cert}
              tokens:
                - user: ci
                  sha256: 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08
                  expires: 2030-12-31T23:59:59Z
              jwt:
                - {issuer: i, audience: a, secret-file: s, roles: [reader]}
              oidc:
                - issuer: https://login.example.com/
                  audience: a
                  user-claim: preferred_username
                  roles-claim: realm_access.roles
                  role-mapping: {data-admins: admin}
                  clock-skew: 5s
            """);

    assertThat(config.auth().users())
        .extracting(user -> String.join(",", user.roles()))
        .containsExactly("admin,writer", "writer", "reader", "writer");
    assertThat(config.auth().usersFile()).isEqualTo(Path.of("users.yaml"));
    assertThat(config.auth().signingKeyFile()).isEqualTo(Path.of("key"));
    GatewayConfig.TokenConfig token = config.auth().tokens().get(0);
    assertThat(token.sha256()).startsWith("9f86d0");
    assertThat(token.expires()).isEqualTo("2030-12-31T23:59:59Z");
    assertThat(token.roles()).containsExactly("writer");
    assertThat(config.auth().jwt().get(0).userClaim()).isEqualTo("sub");
    assertThat(config.auth().jwt().get(0).clockSkew()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.auth().oidc().get(0).roleMapping()).containsEntry("data-admins", "admin");
    assertThat(config.flight().tls())
        .isEqualTo(
            new TlsConfig(
                Path.of("c"),
                Path.of("k"),
                Path.of("a"),
                GatewayConfig.ClientIdentity.SAN_URI,
                true,
                List.of("reader")));
    assertThat(config.toString()).doesNotContain("argon2id");
  }

  @Test
  void load_flagsOfUserAndToken_areAdmins() {
    environment.put("FLIGHTGATE_PASSWORD", "s3cret");
    GatewayConfig config = load("--user=ann", "--auth-token=abc", "--users-file=users.yaml");

    assertThat(config.auth().users().get(0).roles()).containsExactly("admin");
    assertThat(config.auth().tokens().get(0).roles()).containsExactly("admin");
    assertThat(config.auth().usersFile()).isEqualTo(Path.of("users.yaml"));
  }

  @Test
  void load_roles_arrive() throws IOException {
    GatewayConfig config =
        loadFile(
            """
            auth:
              roles:
                - name: analyst
                  grants:
                    - {database: main, schema: sales, table: "fact_*", rights: [read, write]}
                    - {rights: [define]}
                  may-read-files: true
                - name: idle
            """);

    assertThat(config.auth().roles())
        .containsExactly(
            new RoleConfig(
                "analyst",
                List.of(
                    new GrantConfig(
                        "main", "*", "sales", "fact_*", Set.of(Right.READ, Right.WRITE)),
                    new GrantConfig("*", "*", "*", "*", Set.of(Right.DEFINE))),
                false,
                true,
                false),
            new RoleConfig("idle", List.of(), false, false, false));
  }

  @Test
  void load_emptyFileOrKeyWithoutValue_saysNothing() throws IOException {
    assertThat(loadFile("")).isEqualTo(load());
    assertThat(loadFile("# nothing\nflight:\n")).isEqualTo(load());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          sessions: {idle-timeout: -5s} | sessions.idle-timeout: must be positive, was -5s
          sessions: {idle-timeout: soon} | sessions.idle-timeout: must be a duration such as 30s, 5m or 1h, was "soon"
          sessions: {idle-timeout: 5} | sessions.idle-timeout: must be a duration such as 30s, 5m or 1h, was "5"
          sessions: {idle-timeout: [5s]} | sessions.idle-timeout: must be a text
          sessions: {max: 0} | sessions.max: must be between 1 and 1000000, was 0
          sessions: {max: many} | sessions.max: must be a whole number, was "many"
          sessions: {max: 1.5} | sessions.max: must be a whole number, was "1.5"
          sessions: 5 | sessions: must be a group of settings, each as "name: value"
          sesions: {max: 5} | sesions: unknown setting; known here: audit, auth, databases, flight, http, log-format, queries, sample, sessions, shutdown, state-dir, traces
          flight: {tls: {certificate: c}} | flight.tls.key: is missing
          flight: {tls: {certificate: c, key: k, cert: c}} | flight.tls.cert: unknown setting; known here: certificate, client-ca, client-identity, client-optional, client-roles, key
          flight: {port: 65536} | flight.port: must be between 0 and 65535, was 65536
          flight: {batch-bytes: 4MiB} | flight.batch-bytes: must be at most 3MiB, was 4MiB
          flight: {batch-bytes: 4 apples} | flight.batch-bytes: must be a size such as 64MiB, was "4 apples"
          flight: {connections: {max: 0}} | flight.connections.max: must be between 1 and 1000000, was 0
          flight: {message-bytes-max: 1} | flight.message-bytes-max: must be at least 64KiB, was 1B
          flight: {host: ''} | flight.host: must not be empty
          queries: {queue-max: -1} | queries.queue-max: must be between 0 and 1000000, was -1
          queries: {timeout: 0s} | queries.timeout: must be positive, was 0s
          databases: [] | databases: must name at least one database
          databases: main | databases: must be a list
          databases: [{name: a, type: duckdb, location: x}, {name: a, type: sqlite, location: y}] | databases[1].name: is already taken: "a"
          databases: [{name: a, type: duckdb}] | databases[0].location: is missing
          databases: [{type: duckdb, location: x}] | databases[0].name: is missing
          databases: [{name: a b, type: duckdb, location: x}] | databases[0].name: must be letters, digits and _ . - and begin with a letter, was "a b"
          databases: [{name: a, type: duckdb, location: x, readonly: true}] | databases[0].readonly: unknown setting; known here: extensions, init-sql, location, name, on-fatal-error, read-only, settings, type
          databases: [{name: a, type: duckdb, location: x, on-fatal-error: pray}] | databases[0].on-fatal-error: must be one of reopen, exit, stay, was "pray"
          http: {port: 70000} | http.port: must be between 0 and 65535, was 70000
          http: {port: many} | http.port: must be a whole number, was "many"
          shutdown: {grace: -1s} | shutdown.grace: must be positive, was -1s
          audit: {files-max: 1} | audit.files-max: must be between 2 and 10000, was 1
          audit: {on-failure: wait} | audit.on-failure: must be one of refuse, drop, was "wait"
          log-format: xml | log-format: must be one of text, json, was "xml"
          sample: maybe | sample: must be true or false, was "maybe"
          auth: {users: [{name: ann}]} | auth.users[0].password: is missing
          auth: {users: [{name: ann, password: 0123}]} | auth.users[0].password: must be a text; put it in quotes
          auth: {users: [{name: ann, password: ''}]} | auth.users[0].password: must not be empty
          auth: {users: [{name: 'a:b', password: x}]} | auth.users[0].name: must not contain a colon
          auth: {users: [{name: ann, password: x, pasword: x}]} | auth.users[0].pasword: unknown setting; known here: name, password, password-file, password-hash, read-only, roles
          auth: {users: [{name: ann, password: x, password-file: y}]} | auth.users[0].password-file: cannot be given together with "password"
          auth: {users: [{name: ann, password-file: nowhere}]} | auth.users[0].password-file: cannot read nowhere: no such file
          auth: {users: [{name: a, password: x}, {name: a, password: y}]} | auth.users[1].name: is already taken: "a"
          auth: {users: [{name: ann, password: x, password-hash: y}]} | auth.users[0].password-hash: cannot be given together with "password"
          auth: {users: [{name: ann, password: x, read-only: true, roles: [admin]}]} | auth.users[0].read-only: is short for the role reader, and cannot be given together with other roles
          auth: {tokens: [{token: x}]} | auth.tokens[0].user: is missing
          auth: {tokens: [{user: x}]} | auth.tokens[0].token: is missing
          auth: {tokens: [{user: x, sha256: abc}]} | auth.tokens[0].sha256: must be 64 hexadecimal digits
          auth: {tokens: [{user: x, token: y, expires: tomorrow}]} | auth.tokens[0].expires: must be a moment such as 2030-12-31T23:59:59Z, was "tomorrow"
          auth: {jwt: [{issuer: x, audience: y, roles: [reader]}]} | auth.jwt[0].public-key-file: give either this or secret-file
          auth: {oidc: [{issuer: 'http://example.com', audience: y, roles: [reader]}]} | auth.oidc[0].issuer: must begin with https://, or be at this machine, was "http://example.com"
          auth: {oidc: [{issuer: 'https://example.com', roles: [reader]}]} | auth.oidc[0].audience: is missing
          auth: {oidc: [{issuer: 'https://example.com', audience: y}]} | auth.oidc[0].roles: is missing: without roles or roles-claim nobody could do anything
          auth: {oidc: [{issuer: 'https://example.com', audience: y, roles-claim: z, clock-skew: 10m}]} | auth.oidc[0].clock-skew: must be between 0s and 5m, was 10m
          flight: {tls: {certificate: c, key: k, client-identity: subject-cn}} | flight.tls.client-identity: needs client-ca
          flight: {tls: {certificate: c, key: k, client-ca: a, client-identity: name}} | flight.tls.client-identity: must be one of none, subject-cn, san-dns, san-email, san-uri, was "name"
          flight: {tls: {certificate: c, key: k, client-ca: a, client-roles: [reader]}} | flight.tls.client-roles: needs client-identity
          auth: {disabled: true, tokens: [{token: x, user: y}]} | auth.disabled: contradicts the users and tokens that are configured
          auth: {roles: [{name: admin}]} | auth.roles[0].name: is already taken: "admin"
          auth: {roles: [{name: a, grants: [{database: main}]}]} | auth.roles[0].grants[0].rights: is missing
          auth: {roles: [{name: a, grants: [{rights: []}]}]} | auth.roles[0].grants[0].rights: must be some of read, write, define
          auth: {roles: [{name: a, grants: [{rights: [own]}]}]} | auth.roles[0].grants[0].rights[0]: must be one of read, write, define, was "own"
          flight: {host: '${NOWHERE}'} | flight.host: the environment variable NOWHERE is not set
          """)
  void load_impossibleFile_refusedWithPathAndReason(String file, String message) {
    assertThatThrownBy(() -> loadFile(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --port http | flight.port: must be a whole number, was "http"
          --user ann | --user: needs a password: give --password-file, or set FLIGHTGATE_PASSWORD
          --password-file F | --password-file: needs --user
          --auth-token @nowhere | auth.tokens[0].token-file: cannot read nowhere: no such file
          --database main | --database: must be NAME=duckdb:PATH or NAME=sqlite:PATH, was "main"
          --database main=duckdb: | --database: must be NAME=duckdb:PATH or NAME=sqlite:PATH, was "main=duckdb:"
          --database main=duckdb:x --db-path y | databases[1].name: is already taken: "main"
          --database a=sqlite:x --extensions httpfs | --extensions: needs a duckdb database, and none is served
          --tls-cert c | flight.tls.key: is missing
          --config nowhere | --config: cannot read nowhere: no such file
          --host nowhere.invalid | flight.host: unknown host "nowhere.invalid"
          --host 0.0.0.0 | flight.host: 0.0.0.0 can be reached from other machines, but no user is configured: add --user or --auth-token, or say --insecure
          --host 0.0.0.0 --auth-token t | flight.host: 0.0.0.0 can be reached from other machines, but TLS is not configured: add --tls-cert and --tls-key, or say --insecure
          --host 0.0.0.0 --tls-cert c --tls-key k | flight.host: 0.0.0.0 can be reached from other machines, but no user is configured: add --user or --auth-token, or say --insecure
          --host 0.0.0.0 --no-auth --insecure | auth.disabled: lets everybody in and so works on loopback only, but flight.host is 0.0.0.0
          --host :: | flight.host: :: can be reached from other machines, but no user is configured: add --user or --auth-token, or say --insecure
          --no-auth --auth-token t | auth.disabled: contradicts the users and tokens that are configured
          """)
  void load_impossibleFlags_refusedWithPathAndReason(String flags, String message) {
    assertThatThrownBy(() -> load(flags.split(" ")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(message);
  }

  @Test
  void load_brokenYaml_namesFileAndLine() {
    assertThatThrownBy(() -> loadFile("flight:\n  port: [1\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("gateway.yaml: is not valid YAML (line 2): ")
        .hasMessageNotContaining("\n");
    assertThatThrownBy(() -> loadFile("sample: true\nsample: false\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("gateway.yaml: is not valid YAML (line 2): Duplicate field 'sample'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      textBlock =
          """
          --host 127.0.0.1 | none
          --host 127.0.0.1 --insecure | none
          --no-auth | Authentication is off: every program on this machine may do everything.
          --host 0.0.0.0 --auth-token t --tls-cert c --tls-key k | none
          --host 0.0.0.0 --auth-token t --insecure | 0.0.0.0 can be reached from other machines and TLS is off: passwords, queries and results travel in the clear.
          --host 0.0.0.0 --tls-cert c --tls-key k --insecure | 0.0.0.0 can be reached from other machines and no user is configured: a generated password is all there is.
          """)
  void warnings_ofExposure_sayWhatIsOpen(String flags, String warning) {
    assertThat(Exposure.warnings(load(flags.split(" "))))
        .isEqualTo(warning == null ? List.of() : List.of(warning));
  }

  private static String password(GatewayConfig config) {
    return requireNonNull(config.auth().users().get(0).password()).value();
  }

  private static String token(GatewayConfig config) {
    return requireNonNull(config.auth().tokens().get(0).token()).value();
  }

  private GatewayConfig load(String... flags) {
    ServeOptions options = new ServeOptions();
    CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();
    spec.addMixin("options", CommandLine.Model.CommandSpec.forAnnotatedObject(options));
    new CommandLine(spec)
        .setExpandAtFiles(false)
        .setDefaultValueProvider(new EnvironmentDefaults(environment))
        .parseArgs(flags);
    return new ConfigLoader(environment).load(options);
  }

  private GatewayConfig loadFile(String yaml, String... flags) throws IOException {
    Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
    String[] all = new String[flags.length + 2];
    all[0] = "--config";
    all[1] = file.toString();
    System.arraycopy(flags, 0, all, 2, flags.length);
    return load(all);
  }
}
