package dev.flightgate.server;

import dev.flightgate.server.auth.configured.PasswordHash;
import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.ConfigLoader;
import dev.flightgate.server.config.EnvironmentDefaults;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.config.GatewayConfig.Secret;
import dev.flightgate.server.config.GatewayConfig.UserConfig;
import dev.flightgate.server.config.ServeOptions;
import dev.flightgate.server.config.UsersFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code flightgate user add|list|remove}: keeps the file of users that {@code auth.users-file}
 * names. Passwords are read from the terminal, from standard input or a file, and are no argument.
 */
@Command(
    name = "user",
    description = "Add, list and remove the users of a users file.",
    synopsisSubcommandLabel = "COMMAND")
final class UserCommand implements Callable<Integer> {

  private final Map<String, String> environment;

  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "show this help")
  boolean help;

  @Option(
      names = "--users-file",
      paramLabel = "F",
      scope = ScopeType.INHERIT,
      description = "the users file; else the one that auth.users-file of --config names")
  @Nullable Path usersFile;

  @Option(
      names = "--config",
      paramLabel = "F",
      scope = ScopeType.INHERIT,
      description = "the gateway's settings")
  @Nullable Path config;

  UserCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Of the environment, only what says which file: a password meant for serve is not for others.
   */
  static IDefaultValueProvider defaults(EnvironmentDefaults environment) {
    return argument ->
        argument instanceof OptionSpec option
                && List.of("--users-file", "--config").contains(option.longestName())
            ? environment.defaultValue(argument)
            : null;
  }

  @Override
  public Integer call() {
    commandSpec().commandLine().usage(commandSpec().commandLine().getErr());
    return ExitCode.USAGE;
  }

  @Command(name = "add", description = "Add a user; the password is asked for, or read from stdin.")
  int add(
      @Parameters(paramLabel = "NAME", description = "what the user logs in as") String name,
      @Option(
              names = "--role",
              paramLabel = "R",
              description = "admin, writer, reader or one of auth.roles; repeatable (writer)")
          @Nullable List<String> roles,
      @Option(
              names = "--password-file",
              paramLabel = "F",
              description = "a file whose first line is the password")
          @Nullable Path passwordFile,
      @Option(names = "--replace", description = "change the user if there is one of that name")
          boolean replace) {
    return tried(
        file -> {
          List<UserConfig> users = read(file);
          boolean known = users.removeIf(user -> user.name().equals(name));
          if (known && !replace) {
            throw new ConfigException(
                name, "is already a user of " + file + "; --replace gives new password and roles");
          }
          String password = Passwords.read(passwordFile);
          UserConfig user =
              new UserConfig(
                  name,
                  null,
                  new Secret(PasswordHash.of(password).text()),
                  false,
                  roles == null ? List.of() : roles);
          users.add(user);
          UsersFile.write(file, users);
          tell((known ? "replaced " : "added ") + name + " in " + file);
        });
  }

  @Command(name = "list", description = "Print the users and their roles.")
  int list() {
    return tried(
        file -> {
          List<UserConfig> users = new ArrayList<>(UsersFile.read(file));
          users.sort(Comparator.comparing(UserConfig::name));
          for (UserConfig user : users) {
            commandSpec()
                .commandLine()
                .getOut()
                .println(user.name() + "\t" + String.join(",", user.roles()));
          }
          commandSpec().commandLine().getOut().flush();
        });
  }

  @Command(name = "remove", description = "Remove a user.")
  int remove(@Parameters(paramLabel = "NAME", description = "the user") String name) {
    return tried(
        file -> {
          List<UserConfig> users = new ArrayList<>(UsersFile.read(file));
          if (!users.removeIf(user -> user.name().equals(name))) {
            throw new ConfigException(name, "is no user of " + file);
          }
          UsersFile.write(file, users);
          tell("removed " + name + " from " + file);
        });
  }

  private static List<UserConfig> read(Path file) {
    return new ArrayList<>(Files.exists(file) ? UsersFile.read(file) : List.of());
  }

  private interface Work {
    void on(Path file) throws IOException;
  }

  private int tried(Work work) {
    try {
      work.on(file());
      return ExitCode.OK;
    } catch (ConfigException e) {
      tell(String.valueOf(e.getMessage()));
      return ExitCode.USAGE;
    } catch (IOException e) {
      tell("the users file cannot be written: " + e);
      return ExitCode.SOFTWARE;
    }
  }

  private Path file() {
    if (usersFile != null) {
      return usersFile;
    }
    Path named = config == null ? null : settings(config).auth().usersFile();
    if (named == null) {
      throw new ConfigException(
          "--users-file", "say which file, or name settings with auth.users-file by --config");
    }
    return named;
  }

  private GatewayConfig settings(Path file) {
    return new ConfigLoader(environment).load(ServeOptions.of(file));
  }

  private CommandSpec commandSpec() {
    return Objects.requireNonNull(spec);
  }

  private void tell(String sentence) {
    commandSpec().commandLine().getErr().println("flightgate: " + sentence);
    commandSpec().commandLine().getErr().flush();
  }
}
