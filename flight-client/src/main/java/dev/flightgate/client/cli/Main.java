package dev.flightgate.client.cli;

import dev.flightgate.client.FlightgateException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The client's command line. */
@Command(
    name = "flightgate",
    mixinStandardHelpOptions = true,
    description = "Talks to a Flight SQL server.")
public final class Main {

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int NO_CONNECTION = 3;

  /** What shells report for a program that Ctrl-C ended. */
  static final int INTERRUPTED = 130;

  /** What shells report for a program that a closed pipe ended. */
  static final int PIPE_CLOSED = 141;

  private static final long CANCEL_SECONDS_MAX = 3;

  private Main() {}

  /** Runs the command line and ends the process with its exit code. */
  public static void main(String[] args) {
    // Arrow and gRPC look for a logger; that there is none is no news to the user.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    CountDownLatch finished = new CountDownLatch(1);
    Thread runner = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> cancel(runner, finished), "flightgate-cancel"));
    int code;
    try {
      code = run(Terminal.ofProcess(), args);
    } finally {
      finished.countDown();
    }
    System.exit(code);
  }

  /** Ctrl-C: the interrupt cancels the query here and on the server, which takes a moment. */
  private static void cancel(Thread runner, CountDownLatch finished) {
    try {
      if (finished.getCount() > 0) {
        runner.interrupt();
        var unused = finished.await(CANCEL_SECONDS_MAX, TimeUnit.SECONDS);
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs the command line; the exit code. */
  static int run(Terminal terminal, String... args) {
    CommandLine commands = new CommandLine(new Main());
    commands.addSubcommand(new QueryCommand(terminal));
    commands.addSubcommand(new AdminCommand(terminal));
    commands.addSubcommand(new HealthCommand(terminal));
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    commands.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    commands.setParameterExceptionHandler(
        (wrong, given) -> {
          String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
          return fail(terminal, wrong.getMessage(), "'" + command + " --help' says more", 2);
        });
    commands.setExecutionExceptionHandler((failure, command, parsed) -> failed(terminal, failure));
    return commands.execute(Arrays.stream(args).map(Main::statement).toArray(String[]::new));
  }

  /** SQL may begin with a comment, which looks like an option until a blank is before it. */
  private static String statement(String argument) {
    boolean comment = argument.matches("(?s)--\\s.*");
    return comment ? " " + argument : argument;
  }

  private static int failed(Terminal terminal, Exception failure) throws Exception {
    if (failure instanceof UsageException) {
      return fail(terminal, failure.getMessage(), "", WRONG_USAGE);
    } else if (failure instanceof FlightgateException cancelled && Thread.interrupted()) {
      terminal
          .err()
          .println(
              cancelled.code() == FlightStatusCode.CANCELLED
                  ? "cancelled"
                  : cancelled.getMessage());
      return INTERRUPTED;
    } else if (failure instanceof FlightgateException refused) {
      return fail(terminal, refused.getMessage(), Hints.of(refused), exitCode(refused.code()));
    } else if (failure instanceof IOException broken) {
      boolean pipe = String.valueOf(broken.getMessage()).contains("Broken pipe");
      return pipe ? PIPE_CLOSED : fail(terminal, "cannot write the result: " + broken, "", FAILED);
    }
    throw failure;
  }

  private static int exitCode(FlightStatusCode code) {
    return code == FlightStatusCode.UNAVAILABLE || code == FlightStatusCode.UNAUTHENTICATED
        ? NO_CONNECTION
        : FAILED;
  }

  private static int fail(Terminal terminal, @Nullable String message, String hint, int code) {
    terminal.err().println("error: " + Escapes.visibleLines(String.valueOf(message)));
    if (!hint.isEmpty()) {
      terminal.err().println("hint: " + hint);
    }
    terminal.err().flush();
    return code;
  }
}
