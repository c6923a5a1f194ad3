package dev.flightgate.client.cli;

import dev.flightgate.client.FlightgateClient;
import dev.flightgate.client.PreparedStatement;
import dev.flightgate.client.QueryResult;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code flightgate admin}: what a gateway is doing, and an end to it. Each command is one
 * statement about the server's schema {@code flightgate}, so what one may see and do is up to the
 * server.
 */
@Command(
    name = "admin",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows and ends what a gateway is doing.",
    footer = {
      "",
      "Administrators see and end everything, others what is theirs.",
      "Exit codes: 0 done, 1 the server refused, 2 wrong usage, 3 no connection or login."
    })
final class AdminCommand {

  private static final String SESSIONS =
      """
      SELECT id, user_name, database_name, began, state, idle_seconds, statements, transactions,
        results, memory_bytes
      FROM flightgate.sessions ORDER BY began, id""";

  // The statement that asks is no news.
  private static final String QUERIES =
      """
      SELECT id, session_id, user_name, database_name, state, began, seconds, rows_sent,
        bytes_sent, memory_bytes, progress, peer, sql
      FROM flightgate.queries WHERE sql NOT LIKE '%asked by flightgate admin%'
      ORDER BY began, id""";

  private final Terminal terminal;

  AdminCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Where to connect and how to print, which every command takes. */
  static final class Common {

    @Mixin private final ConnectionOptions connection = new ConnectionOptions();

    @Option(
        names = "--format",
        paramLabel = "FORMAT",
        description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} if not given.")
    private ResultPrinter.Format format = ResultPrinter.Format.TABLE;
  }

  @Command(
      name = "sessions",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Lists the sessions.")
  int sessions(@Mixin Common common) throws IOException {
    return run(common, SESSIONS, null);
  }

  @Command(
      name = "queries",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Lists the statements that run or wait.")
  int queries(@Mixin Common common) throws IOException {
    return run(common, QUERIES, null);
  }

  @Command(
      name = "cancel",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Cancels a statement.")
  int cancel(
      @Mixin Common common,
      @Parameters(paramLabel = "ID", description = "As 'admin queries' shows it.") String id)
      throws IOException {
    return run(common, "CALL flightgate.cancel(?)", id);
  }

  @Command(
      name = "end",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = "Ends a session, and what runs in it.")
  int end(
      @Mixin Common common,
      @Parameters(paramLabel = "ID", description = "As 'admin sessions' shows it.") String id)
      throws IOException {
    return run(common, "CALL flightgate.end_session(?)", id);
  }

  private int run(Common common, String sql, @Nullable String id) throws IOException {
    ResultPrinter printer = new ResultPrinter(terminal, common.format, null);
    ConnectionOptions.Target target = common.connection.resolve(terminal);
    try (Progress progress = new Progress(terminal.err(), terminal.errIsTerminal());
        FlightgateClient client = target.connect();
        PreparedStatement prepared = client.prepare(sql)) {
      if (id != null) {
        prepared.bind(id);
      }
      try (QueryResult rows = prepared.query()) {
        printer.print(rows, progress);
      }
    }
    return Main.DONE;
  }
}
