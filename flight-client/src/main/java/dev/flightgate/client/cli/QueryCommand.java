package dev.flightgate.client.cli;

import dev.flightgate.client.FlightgateClient;
import dev.flightgate.client.PreparedStatement;
import dev.flightgate.client.QueryResult;
import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code flightgate query}: runs one statement and prints what it yields. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs SQL on a server and prints the result.",
    footer = {
      "",
      "Without --user or --token, the password that 'flightgate serve' made on this machine is used.",
      "Exit codes: 0 done, 1 the statement failed, 2 wrong usage, 3 no connection or login."
    })
final class QueryCommand implements Callable<Integer> {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final long ROWS_ON_TERMINAL = 1_000;
  private static final Field COUNT = Field.notNullable("Count", new ArrowType.Int(64, true));

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

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
  private Format format = Format.TABLE;

  @Option(
      names = "--max-rows",
      paramLabel = "N",
      description = "Print N rows at most, 0 for all; 1000 for a table on a terminal, else all.")
  private @Nullable Long maxRows;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE",
      description = "Read the SQL from a file, '-' being standard input.")
  private @Nullable Path file;

  @Parameters(arity = "0..1", paramLabel = "SQL", description = "The statement.")
  private @Nullable String sql;

  QueryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (maxRows != null && maxRows < 0) {
      throw new UsageException("--max-rows: must not be negative, was " + maxRows);
    }
    if (format == Format.ARROW && terminal.outIsTerminal()) {
      throw new UsageException("--format arrow is binary; redirect it: … > result.arrows");
    }
    String statement = statement();
    ConnectionOptions.Target target = connection.resolve(terminal);
    try (Progress progress = new Progress(terminal.err(), terminal.errIsTerminal());
        FlightgateClient client = target.connect();
        PreparedStatement prepared = client.prepare(statement)) {
      // What yields no rows by itself may be several statements, whose last one does; only the
      // query itself can tell.
      try (QueryResult rows = prepared.isUpdate() ? client.query(statement) : prepared.query()) {
        if (prepared.isUpdate() && isCount(rows.schema())) {
          sayChanged(count(rows), progress);
        } else {
          print(rows, progress);
        }
      }
    }
    return Main.DONE;
  }

  /**
   * Whether a result is what the gateway makes of a count: one column, {@code Count}, never NULL.
   */
  private static boolean isCount(Schema schema) {
    return schema.getFields().equals(List.of(COUNT));
  }

  private static long count(QueryResult rows) {
    long count = -1;
    while (rows.next()) {
      if (rows.batch().getRowCount() > 0) {
        count = ((BigIntVector) rows.batch().getVector(0)).get(0);
      }
    }
    return count;
  }

  private String statement() throws IOException {
    if (sql != null && file != null) {
      throw new UsageException("give the SQL or -f FILE, not both");
    }
    String text;
    if (sql != null) {
      text = sql;
    } else if (file != null && !file.toString().equals("-")) {
      try {
        text = Files.readString(file);
      } catch (IOException unreadable) {
        throw new UsageException("cannot read " + file + ": " + unreadable);
      }
    } else if (file != null || !terminal.inIsTerminal()) {
      text = new String(terminal.in().readAllBytes(), StandardCharsets.UTF_8);
    } else {
      throw new UsageException(
          "no SQL: give it as an argument, with -f FILE, or on standard input");
    }
    if (text.isBlank()) {
      throw new UsageException("the SQL is empty");
    }
    return text;
  }

  private void print(QueryResult rows, Progress progress) throws IOException {
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

  private void sayChanged(long count, Progress progress) {
    double seconds = progress.seconds();
    progress.close();
    String line =
        count < 0
            ? "done"
            : String.format(Locale.ROOT, "%,d %s changed", count, count == 1 ? "row" : "rows");
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
