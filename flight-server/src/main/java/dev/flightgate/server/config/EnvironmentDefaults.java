package dev.flightgate.server.config;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Gives each flag that was not typed the value of its environment variable: {@code --db-path} is
 * {@code FLIGHTGATE_DB_PATH}. An empty variable counts as not set, as compose files write it.
 * {@code --database} alone has a plural, {@code FLIGHTGATE_DATABASES}: the singular names the one
 * that a client wants.
 */
public final class EnvironmentDefaults implements IDefaultValueProvider {

  static final String PREFIX = "FLIGHTGATE_";

  private final Map<String, String> environment;

  /** Reads from these variables, so that tests need none of the process. */
  public EnvironmentDefaults(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (argument instanceof OptionSpec option && !option.usageHelp() && !option.versionHelp()) {
      String value = environment.get(variable(option.longestName()));
      return value == null || value.isEmpty() ? null : value;
    }
    return null;
  }

  private static String variable(String flag) {
    return flag.equals("--database")
        ? PREFIX + "DATABASES"
        : PREFIX + flag.replaceFirst("^-+", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
