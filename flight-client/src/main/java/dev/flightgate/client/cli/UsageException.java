package dev.flightgate.client.cli;

/** What the user asked for makes no sense: ends the program with exit code 2. */
final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
