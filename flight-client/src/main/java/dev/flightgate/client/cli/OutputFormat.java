package dev.flightgate.client.cli;

/** How results are written. */
enum OutputFormat {
  /** For people: {@link TableWriter}. */
  TABLE,
  /** {@link CsvWriter}. */
  CSV,
  /** One object a line: {@link JsonWriter}. */
  JSON,
  /** The Arrow IPC stream: {@link ArrowWriter}. */
  ARROW;

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
