package dev.flightgate.server.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What {@code flightgate serve} is told on its command line, or by the environment variable of the
 * same name ({@link EnvironmentDefaults}): {@code --tls-cert} is {@code FLIGHTGATE_TLS_CERT}.
 * Values stay texts here; {@link ConfigLoader} checks them together with the file's. Null and empty
 * mean not said.
 */
public final class ServeOptions {

  @Option(names = "--config", paramLabel = "F", description = "settings as a YAML file")
  @Nullable Path config;

  @Option(
      names = "--database",
      paramLabel = "NAME=TYPE:PATH",
      split = ",(?=[A-Za-z_][A-Za-z0-9_.-]*=)",
      description =
          "serve a database: NAME=duckdb:PATH or NAME=sqlite:PATH, :memory: for one in memory;"
              + " repeatable, the first is the default (FLIGHTGATE_DATABASES: comma between)")
  List<String> databases = List.of();

  @Option(
      names = "--db-path",
      paramLabel = "PATH",
      description = "short for --database main=duckdb:PATH")
  @Nullable String dbPath;

  @Option(names = "--host", paramLabel = "HOST", description = "address to bind (127.0.0.1)")
  @Nullable String host;

  @Option(names = "--port", paramLabel = "PORT", description = "port, 0 for a free one (31337)")
  @Nullable String port;

  @Option(
      names = "--http-port",
      paramLabel = "PORT",
      description = "port for health and metrics over HTTP, 0 for a free one (off)")
  @Nullable String httpPort;

  @Option(
      names = "--grace",
      paramLabel = "TIME",
      description = "how long queries may go on once the server is told to stop (30s)")
  @Nullable String grace;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "let NAME in with the password of --password-file or FLIGHTGATE_PASSWORD")
  @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "F",
      description = "file whose first line is the password")
  @Nullable String passwordFile;

  @Option(
      names = "--users-file",
      paramLabel = "F",
      description = "more users, as 'flightgate user add' writes them; read again when it changes")
  @Nullable String usersFile;

  @Option(
      names = "--auth-token",
      paramLabel = "TOKEN",
      description = "let in who shows this token; @FILE reads it from a file's first line")
  @Nullable String authToken;

  @Option(
      names = "--no-auth",
      fallbackValue = "true",
      description = "let everybody in; on loopback only, for tests")
  @Nullable Boolean noAuth;

  @Option(names = "--tls-cert", paramLabel = "F", description = "PEM certificate chain")
  @Nullable String tlsCertificate;

  @Option(names = "--tls-key", paramLabel = "F", description = "PEM private key (PKCS #8)")
  @Nullable String tlsKey;

  @Option(
      names = "--tls-client-ca",
      paramLabel = "F",
      description = "PEM certificates that must have signed each client's own")
  @Nullable String tlsClientCa;

  @Option(
      names = "--insecure",
      fallbackValue = "true",
      description = "listen beyond loopback although TLS or users are missing")
  @Nullable Boolean insecure;

  @Option(
      names = "--read-only",
      fallbackValue = "true",
      description = "refuse every change, in all databases")
  @Nullable Boolean readOnly;

  @Option(
      names = "--extensions",
      paramLabel = "NAME",
      split = ",",
      description = "DuckDB extensions, each name or name@repository: httpfs,h3@community")
  List<String> extensions = List.of();

  @Option(
      names = "--init-sql",
      paramLabel = "F",
      description = "run this file of statements in the default database at start")
  @Nullable String initSql;

  @Option(
      names = "--sample",
      fallbackValue = "true",
      description = "fill the default database with TPC-H, scale 0.01")
  @Nullable Boolean sample;

  @Option(names = "--log-format", paramLabel = "text|json", description = "log lines on stderr")
  @Nullable String logFormat;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "where the signing key and generated credentials are left (~/.local/state/flightgate)")
  @Nullable String stateDir;

  /** Nothing but a file of settings. */
  public static ServeOptions of(Path config) {
    ServeOptions options = new ServeOptions();
    options.config = config;
    return options;
  }
}
