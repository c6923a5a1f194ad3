package dev.flightgate.server;

import static java.util.Objects.requireNonNull;

import dev.flightgate.server.auth.SigningKey;
import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.ConfigLoader;
import dev.flightgate.server.config.Exposure;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import dev.flightgate.server.config.GeneratedCredentials;
import dev.flightgate.server.config.ServeOptions;
import dev.flightgate.server.listener.GatewayListener;
import dev.flightgate.server.traces.Traces;
import dev.flightgate.server.traces.TracesSwitch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code flightgate serve}: starts a gateway and waits until it is told to stop. Stdout gets one
 * line, when it is ready; everything else goes to stderr.
 */
@Command(
    name = "serve",
    description = "Serve databases over Arrow Flight SQL.",
    sortOptions = false,
    footer = {
      "",
      "Each flag has an environment variable, --tls-cert being FLIGHTGATE_TLS_CERT, and a setting",
      "in the file of --config. Flags come before variables, those before the file."
    })
final class ServeCommand implements Callable<Integer> {

  private final Map<String, String> environment;

  @Spec @Nullable CommandSpec spec;

  @Mixin ServeOptions options = new ServeOptions();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  ServeCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    String missingFlag = Main.missingFlag();
    if (!missingFlag.isEmpty()) {
      return fail(ExitCode.USAGE, missingFlag);
    }
    GatewayConfig config;
    try {
      config = new ConfigLoader(environment).load(options);
    } catch (ConfigException e) {
      return fail(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
    Logging.configure(config.logFormat());
    Logger log = LoggerFactory.getLogger(ServeCommand.class);
    Exposure.warnings(config).forEach(log::warn);
    try {
      return serve(config);
    } catch (GatewayStartException e) {
      log.debug("Start failed", e);
      return fail(ExitCode.SOFTWARE, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("The gateway failed in a way that nobody foresaw; please report this line", e);
      return ExitCode.SOFTWARE;
    }
  }

  private int serve(GatewayConfig config) throws GatewayStartException, InterruptedException {
    boolean generate = !config.auth().disabled() && !config.hasCredentials();
    GeneratedCredentials credentials = generate ? GeneratedCredentials.create() : null;
    Gateway gateway =
        Gateway.start(
            credentials == null ? withKeptKey(config) : config.withUser(credentials.user()),
            listeners(config));
    try (Shutdown shutdown = new Shutdown(gateway)) {
      if (credentials != null) {
        store(credentials, config.stateDir(), gateway, shutdown);
        show(credentials);
      }
      shutdown.listen();
      System.out.println(
          "flightgate ready on "
              + gateway.uri()
              + gateway.httpUri().map(uri -> " and " + uri).orElse(""));
      System.out.flush();
      gateway.awaitTermination();
    }
    return gateway.failure().isPresent() ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  /** The traces, if they are asked for, and those of jars on the class path. */
  private GatewayListener[] listeners(GatewayConfig config) throws GatewayStartException {
    List<GatewayListener> listeners = new ArrayList<>();
    try {
      ServiceLoader.load(GatewayListener.class).forEach(listeners::add);
    } catch (ServiceConfigurationError e) {
      throw new GatewayStartException(
          "a listener on the class path cannot be used: " + e.getMessage(), e);
    }
    if (TracesSwitch.isOn(environment)) {
      listeners.add(0, traces(config));
    }
    return listeners.toArray(new GatewayListener[0]);
  }

  private static GatewayListener traces(GatewayConfig config) throws GatewayStartException {
    Map<String, String> engines =
        config.databases().stream()
            .collect(Collectors.toMap(DatabaseConfig::name, DatabaseConfig::type));
    try {
      return Traces.autoconfigured(engines, config.traces().queryText());
    } catch (RuntimeException e) {
      throw new GatewayStartException("OpenTelemetry's variables: " + e.getMessage(), e);
    }
  }

  /**
   * With the signing key of the state directory, unless another is configured, so that tokens
   * outlive the process. Those of a password that is made for one run need not.
   */
  private static GatewayConfig withKeptKey(GatewayConfig config) {
    if (config.auth().disabled() || config.auth().signingKeyFile() != null) {
      return config;
    }
    try {
      return config.withSigningKey(SigningKey.keptIn(config.stateDir()));
    } catch (IOException e) {
      LoggerFactory.getLogger(ServeCommand.class)
          .warn(
              "state-dir: no signing key can be kept in {}, so tokens end with this process: {}",
              config.stateDir(),
              e.toString());
      return config;
    }
  }

  private static void store(
      GeneratedCredentials credentials, Path stateDir, Gateway gateway, Shutdown shutdown)
      throws GatewayStartException {
    try {
      shutdown.closeFirst(credentials.store(stateDir, gateway.uri(), gateway.port()));
    } catch (IOException e) {
      throw new GatewayStartException(
          "state-dir: cannot leave the generated password in " + stateDir + ": " + e, e);
    }
  }

  /** The one time the password is seen; it is no log line, and stays out of files of logs. */
  private void show(GeneratedCredentials credentials) {
    tell(
        "no user is configured, so for this run: user "
            + GeneratedCredentials.USER
            + ", password "
            + credentials.password().value());
  }

  private int fail(int exitCode, String sentence) {
    tell(sentence);
    return exitCode;
  }

  private void tell(String sentence) {
    PrintWriter err = requireNonNull(spec).commandLine().getErr();
    err.println("flightgate: " + sentence.replaceAll("\\s*[\\r\\n]+\\s*", " "));
    err.flush();
  }
}
