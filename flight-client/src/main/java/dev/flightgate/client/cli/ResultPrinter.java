package dev.flightgate.client.cli;

import dev.flightgate.client.QueryResult;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints results on standard output, in one format, and says on standard error how many rows. */
final class ResultPrinter {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final long ROWS_ON_TERMINAL = 1_000;

  /** How results are written. */
  enum Format {
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
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Terminal terminal;
  private final Format format;
  private final @Nullable Long maxRows;

  /**
   * @param maxRows 0 for all; null for what suits the format
   * @throws UsageException if the terminal takes no such format, or the number is none
   */
  ResultPrinter(Terminal terminal, Format format, @Nullable Long maxRows) {
    if (maxRows != null && maxRows < 0) {
      throw new UsageException("--max-rows: must not be negative, was " + maxRows);
    }
    if (format == Format.ARROW && terminal.outIsTerminal()) {
      throw new UsageException("--format arrow is binary; redirect it: … > result.arrows");
    }
    this.terminal = terminal;
    this.format = format;
    this.maxRows = maxRows;
  }

  /** Prints all rows, or as many as are wanted. */
  void print(QueryResult rows, Progress progress) throws IOException {
    OutputStream out = new BufferedOutputStream(new Output(terminal, progress), BUFFER_BYTES);
    ResultWriter writer = writer(out);
    long limit = limit();
    long printed = 0;
    boolean cut = false;
    writer.begin(rows.schema());
    while (!cut && rows.next()) {
      int some = rows.batch().getRowCount();
      int fitting = (int) Math.min(some, limit - printed);
      // With the limit reached, one more row anywhere is enough to know that there are more.
      cut = fitting < some;
      writer.write(rows.batch(), fitting);
      printed += fitting;
      progress.rows(printed);
    }
    writer.end();
    out.flush();
    double seconds = progress.seconds();
    progress.close();
    sayPrinted(printed, cut, seconds);
    if (writer instanceof TableWriter table && table.hiddenColumns() > 0) {
      terminal.err().printf("… %d more columns; --format json shows all%n", table.hiddenColumns());
    }
  }

  private long limit() {
    if (maxRows != null) {
      return maxRows == 0 ? Long.MAX_VALUE : maxRows;
    }
    boolean people = format == Format.TABLE && terminal.outIsTerminal();
    return people ? ROWS_ON_TERMINAL : Long.MAX_VALUE;
  }

  private ResultWriter writer(OutputStream out) throws IOException {
    Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    return switch (format) {
      case TABLE ->
          new TableWriter(
              text, terminal.outIsTerminal() ? terminal.columns() : 0, terminal.colours());
      case CSV -> new CsvWriter(text);
      case JSON -> new JsonWriter(text);
      case ARROW -> new ArrowWriter(out);
    };
  }

  private void sayPrinted(long printed, boolean cut, double seconds) {
    String line =
        cut
            ? String.format(Locale.ROOT, "… %,d of more rows; --max-rows 0 shows all", printed)
            : String.format(Locale.ROOT, "%,d %s", printed, printed == 1 ? "row" : "rows");
    terminal.err().printf(Locale.ROOT, "%s (%.3f s)%n", line, seconds);
  }

  /** Standard output; on a terminal the progress line goes before the first row comes. */
  private static final class Output extends OutputStream {

    private final OutputStream out;
    private final Progress progress;
    private final boolean shared;

    Output(Terminal terminal, Progress progress) {
      this.out = terminal.out();
      this.progress = progress;
      this.shared = terminal.outIsTerminal();
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (shared) {
        progress.close();
      }
      out.write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
