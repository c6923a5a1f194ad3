package dev.flightgate.client.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a command talks to: its streams, whether people are at the other end, and the environment.
 *
 * @param in standard input
 * @param out standard output, unbuffered; results go here, and nothing else
 * @param err standard error; everything meant for people only
 * @param inIsTerminal whether somebody types
 * @param outIsTerminal whether somebody reads the results
 * @param errIsTerminal whether somebody reads the messages
 * @param environment variables by name
 */
record Terminal(
    InputStream in,
    OutputStream out,
    PrintStream err,
    boolean inIsTerminal,
    boolean outIsTerminal,
    boolean errIsTerminal,
    Map<String, String> environment) {

  private static final int COLUMNS_DEFAULT = 120;
  private static final int COLUMNS_MIN = 20;

  /** This process's own. */
  static Terminal ofProcess() {
    int terminals = terminals();
    return new Terminal(
        System.in,
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        (terminals & 1) != 0,
        (terminals & 2) != 0,
        (terminals & 4) != 0,
        System.getenv());
  }

  /** How many columns a table may take: the variable COLUMNS, else 120. */
  int columns() {
    String columns = environment.getOrDefault("COLUMNS", "").strip();
    if (!columns.matches("[1-9][0-9]{0,4}")) {
      return COLUMNS_DEFAULT;
    }
    return Math.max(COLUMNS_MIN, Integer.parseInt(columns));
  }

  /** Whether results may be dimmed: on a terminal that can, unless NO_COLOR is set. */
  boolean colours() {
    return outIsTerminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /**
   * Which of the three standard streams are terminals, as bits 1, 2 and 4. {@code System.console()}
   * only says whether input and output both are, so the shell's {@code test -t} is asked, which
   * inherits all three; without a shell, none counts as one.
   */
  private static int terminals() {
    String question =
        "n=0; [ -t 0 ] && n=1; [ -t 1 ] && n=$((n+2)); [ -t 2 ] && n=$((n+4)); exit $n";
    try {
      Process shell = new ProcessBuilder("/bin/sh", "-c", question).inheritIO().start();
      if (shell.waitFor(2, TimeUnit.SECONDS)) {
        return shell.exitValue();
      }
      shell.destroyForcibly();
    } catch (IOException noShell) {
      // Not a POSIX system: nothing is a terminal then.
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
