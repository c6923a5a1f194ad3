package dev.flightgate.server;

import dev.flightgate.server.config.ConfigException;
import dev.flightgate.server.config.FileProblem;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A new password, as a person types it twice or a program hands it over. */
final class Passwords {

  private Passwords() {}

  /**
   * The first line of the file; without one that of standard input, or what is typed.
   *
   * @throws ConfigException if it is empty, or typed in two ways
   */
  @SuppressWarnings("SystemConsoleNull") // and if there is one, whether somebody types is asked
  static String read(@Nullable Path file) throws IOException {
    Console console = System.console();
    String password;
    if (file != null) {
      try (BufferedReader reader = Files.newBufferedReader(file)) {
        password = reader.readLine();
      } catch (IOException e) {
        throw new ConfigException("--password-file", "cannot read " + file + FileProblem.of(e), e);
      }
    } else if (console != null && isTerminal(console)) {
      password = typed(console);
    } else {
      password =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    }
    if (password == null || password.isEmpty()) {
      throw new ConfigException("password", "must not be empty");
    }
    return password;
  }

  /** From JDK 22 on there may be a console where nobody types. */
  private static boolean isTerminal(Console console) {
    try {
      return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // before, there is none then
    }
  }

  private static String typed(Console console) {
    char[] once = console.readPassword("password: ");
    char[] again = console.readPassword("again: ");
    if (once == null || again == null || !Arrays.equals(once, again)) {
      throw new ConfigException("password", "was not typed twice the same");
    }
    return new String(once);
  }
}
