package dev.flightgate.server;

import static java.util.Objects.requireNonNull;

import dev.flightgate.server.config.EnvironmentDefaults;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The server's command line. Ends with 0 after a shutdown, 1 if the gateway could not start, and 2
 * if it was told something it does not understand or refuses; then with one line on stderr.
 */
@Command(
    name = "flightgate",
    description = "An Arrow Flight SQL gateway.",
    subcommands = {ServeCommand.class, UserCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {

  /** What Arrow needs to reach its memory; the launcher passes it. */
  private static final String OPEN_FLAG = "--add-opens=java.base/java.nio=ALL-UNNAMED";

  /** What Netty needs since JDK 24 for the memory that it shares with Arrow; passed likewise. */
  private static final String UNSAFE_FLAG = "--sun-misc-unsafe-memory-access=allow";

  private static final int UNSAFE_FLAG_SINCE = 24;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "show this help")
  boolean help;

  @Option(names = "--version", versionHelp = true, description = "show the version")
  boolean version;

  private Main() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  static CommandLine commandLine(Map<String, String> environment) {
    CommandLine root =
        new CommandLine(new Main(), new Commands(environment))
            .setExpandAtFiles(false) // --auth-token @FILE is ours
            .setDefaultValueProvider(new EnvironmentDefaults(environment))
            .setParameterExceptionHandler(Main::refuse);
    CommandLine user = requireNonNull(root.getSubcommands().get("user"));
    user.setDefaultValueProvider(UserCommand.defaults(new EnvironmentDefaults(environment)));
    root.getCommandSpec().version("flightgate " + version());
    return root;
  }

  /** The version of what runs. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(unpackaged)" : version;
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }

  /** The sentence to refuse a JVM with that lacks a flag; empty if all is well. */
  static String missingFlag() {
    if (!Object.class.getModule().isOpen("java.nio", Main.class.getModule())) {
      return "Arrow needs the JVM flag " + OPEN_FLAG + ", which ./flightgate passes.";
    }
    boolean allowed =
        Runtime.version().feature() < UNSAFE_FLAG_SINCE
            || ManagementFactory.getRuntimeMXBean().getInputArguments().contains(UNSAFE_FLAG);
    return allowed
        ? ""
        : "From JDK 24 on, Netty needs the JVM flag "
            + UNSAFE_FLAG
            + ", which ./flightgate passes.";
  }

  private static int refuse(ParameterException e, String[] arguments) {
    PrintWriter err = e.getCommandLine().getErr();
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    err.println(name + ": " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    err.flush();
    return ExitCode.USAGE;
  }

  /** Makes the commands, which want the environment. */
  private record Commands(Map<String, String> environment) implements CommandLine.IFactory {
    @Override
    public <K> K create(Class<K> type) throws Exception {
      if (type == ServeCommand.class) {
        return type.cast(new ServeCommand(environment));
      }
      return type == UserCommand.class
          ? type.cast(new UserCommand(environment))
          : CommandLine.defaultFactory().create(type);
    }
  }
}
