package dev.flightgate.client.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A terminal that remembers what was written to it. */
final class FakeTerminal {

  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String in = "";
  private boolean typed = true;
  private boolean people;

  /** Sets a variable of the environment. */
  FakeTerminal with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Pipes a text into standard input. */
  FakeTerminal piped(String text) {
    in = text;
    typed = false;
    return this;
  }

  /** Makes standard output a terminal of that width. */
  FakeTerminal wide(int columns) {
    people = true;
    return with("COLUMNS", Integer.toString(columns)).with("NO_COLOR", "1");
  }

  /** Runs the command line on it; the exit code. */
  int run(String... args) {
    return Main.run(terminal(), args);
  }

  Terminal terminal() {
    return new Terminal(
        new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
        out,
        new PrintStream(err, true, StandardCharsets.UTF_8),
        typed,
        people,
        false,
        environment);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
