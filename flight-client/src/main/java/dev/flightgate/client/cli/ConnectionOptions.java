package dev.flightgate.client.cli;

import dev.flightgate.client.ClientOptions;
import dev.flightgate.client.Credentials;
import dev.flightgate.client.FlightgateClient;
import java.io.Console;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server, and as whom: options first, then the environment, then what the server left. */
final class ConnectionOptions {

  static final URI URI_DEFAULT = URI.create("grpc://127.0.0.1:31337");

  @Option(
      names = "--uri",
      paramLabel = "URI",
      description = "grpc://host:port or grpc+tls://host:port (FLIGHTGATE_URI).")
  private @Nullable String uri;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Who to log in as (FLIGHTGATE_USER).")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file with the password (FLIGHTGATE_PASSWORD_FILE); else it is asked for.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "A bearer token instead of a user (FLIGHTGATE_TOKEN).")
  private @Nullable String token;

  @Option(
      names = "--database",
      paramLabel = "NAME",
      description = "The database, if not the server's first (FLIGHTGATE_DATABASE).")
  private @Nullable String database;

  @Option(
      names = "--tls-roots",
      paramLabel = "FILE",
      description = "A PEM file of the certificates to trust, for grpc+tls.")
  private @Nullable Path tlsRoots;

  /** Where to connect, and with what. */
  record Target(URI uri, Credentials credentials, ClientOptions options) {
    FlightgateClient connect() {
      return FlightgateClient.connect(uri, credentials, options);
    }
  }

  /**
   * Decides on the server and the credentials.
   *
   * @throws UsageException if the options contradict each other or name what cannot be read
   */
  Target resolve(Terminal terminal) {
    Map<String, String> environment = terminal.environment();
    String address = either(uri, environment, "FLIGHTGATE_URI");
    String bearer = either(token, environment, "FLIGHTGATE_TOKEN");
    String name = either(user, environment, "FLIGHTGATE_USER");
    ClientOptions options =
        ClientOptions.defaults()
            .withDatabase(either(database, environment, "FLIGHTGATE_DATABASE"))
            .withTlsRoots(tlsRoots);
    URI asked = address == null ? URI_DEFAULT : parse(address);
    if (token != null && user != null) {
      throw new UsageException("--token and --user exclude each other");
    }
    if (token != null || (user == null && bearer != null)) {
      return new Target(asked, Credentials.token(String.valueOf(bearer)), options);
    }
    if (name != null) {
      return new Target(asked, Credentials.password(name, password(name, terminal)), options);
    }
    if (passwordFile != null) {
      throw new UsageException("--password-file needs --user");
    }
    Optional<CredentialsFile> left =
        isThisMachine(asked)
            ? CredentialsFile.find(environment, asked.getPort())
            : Optional.empty();
    return new Target(
        address == null && left.isPresent() ? left.get().uri() : asked,
        left.map(CredentialsFile::credentials).orElse(Credentials.none()),
        options);
  }

  private static @Nullable String either(
      @Nullable String option, Map<String, String> environment, String variable) {
    if (option != null) {
      return option;
    }
    String value = environment.get(variable);
    return value == null || value.isBlank() ? null : value;
  }

  private static URI parse(String address) {
    try {
      return URI.create(address);
    } catch (IllegalArgumentException malformed) {
      throw new UsageException("--uri: " + malformed.getMessage());
    }
  }

  // Newer JDKs have a console also where nobody types; hence the terminal's word first.
  @SuppressWarnings("SystemConsoleNull")
  private String password(String name, Terminal terminal) {
    String fromEnvironment = terminal.environment().get("FLIGHTGATE_PASSWORD_FILE");
    Path file = passwordFile;
    if (file == null && fromEnvironment != null && !fromEnvironment.isBlank()) {
      file = Path.of(fromEnvironment);
    }
    if (file != null) {
      try {
        // The first line, as the server reads it: editors end a file with a line break.
        return Files.readString(file).lines().findFirst().orElse("");
      } catch (IOException unreadable) {
        throw new UsageException("cannot read the password file " + file + ": " + unreadable);
      }
    }
    Console console = terminal.inIsTerminal() ? System.console() : null;
    char[] typed = console == null ? null : console.readPassword("Password of %s: ", name);
    if (typed == null) {
      throw new UsageException("--user needs --password-file where nobody can type a password");
    }
    return new String(typed);
  }

  /** The generated password must never travel to another machine. */
  static boolean isThisMachine(URI uri) {
    String host = uri.getHost();
    if (host == null || uri.getPort() < 1) {
      return false;
    }
    boolean literal = host.matches("[0-9.]+") || host.startsWith("[");
    if (!literal) {
      return host.equalsIgnoreCase("localhost");
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException malformed) {
      return false;
    }
  }
}
