package dev.flightgate.client.cli;

import dev.flightgate.client.FlightgateClient;
import dev.flightgate.client.PreparedStatement;
import dev.flightgate.client.QueryResult;
import java.io.IOException;
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

  private static final Field COUNT = Field.notNullable("Count", new ArrowType.Int(64, true));

  private final Terminal terminal;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
  private ResultPrinter.Format format = ResultPrinter.Format.TABLE;

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
    ResultPrinter printer = new ResultPrinter(terminal, format, maxRows);
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
          printer.print(rows, progress);
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

  private void sayChanged(long count, Progress progress) {
    double seconds = progress.seconds();
    progress.close();
    String line =
        count < 0
            ? "done"
            : String.format(Locale.ROOT, "%,d %s changed", count, count == 1 ? "row" : "rows");
    terminal.err().printf(Locale.ROOT, "%s (%.3f s)%n", line, seconds);
  }
}
