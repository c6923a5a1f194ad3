package dev.flightgate.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBResultSet;

/**
 * Engines used directly, without a server: what an application would have that embeds them. One
 * action at a time; each answers the nanoseconds it took, if nothing else is said.
 */
final class PeerEngines {

  private static final int JDBC_BATCH_ROWS = 8_192;

  private final BufferAllocator allocator;
  private final DuckDBConnection duckdb;

  private PeerEngines(BufferAllocator allocator, DuckDBConnection duckdb) {
    this.allocator = allocator;
    this.duckdb = duckdb;
  }

  static PeerEngines open(BufferAllocator allocator) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("jdbc_stream_results", "true");
    return new PeerEngines(
        allocator, (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties));
  }

  /**
   * @param action "sql" with a statement; "drain" with rows per batch, a space and a query;
   *     "append" with a number of rows of two numbers; "batch" with such a number, a space and a
   *     file of SQLite's; "crowd" with a number of threads, for how many milliseconds they repeat a
   *     query, and the query: answers how long one took, on average over all threads; "interrupt"
   *     with milliseconds, after which an endless query is cancelled, and the query: answers how
   *     long it went on
   */
  String run(String action, String words) throws Exception {
    int space = words.indexOf(' ');
    String first = space < 0 ? words : words.substring(0, space);
    String rest = space < 0 ? "" : words.substring(space + 1);
    long begin = System.nanoTime();
    switch (action) {
      case "sql" -> execute(words);
      case "drain" -> drain(Long.parseLong(first), rest);
      case "append" -> append(Long.parseLong(first));
      case "crowd" -> {
        return Long.toString(crowd(Integer.parseInt(first), rest));
      }
      case "interrupt" -> {
        return Long.toString(interrupt(Long.parseLong(first), rest));
      }
      case "batch" -> batch(Long.parseLong(first), Path.of(rest));
      default -> throw new IllegalArgumentException("unknown action " + action);
    }
    return Long.toString(System.nanoTime() - begin);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = duckdb.createStatement()) {
      statement.execute(sql);
    }
  }

  private void drain(long batchRows, String query) throws Exception {
    drain(duckdb, batchRows, query);
  }

  private void drain(DuckDBConnection connection, long batchRows, String query) throws Exception {
    try (PreparedStatement statement = connection.prepareStatement(query);
        DuckDBResultSet result = (DuckDBResultSet) statement.executeQuery();
        ArrowReader reader = (ArrowReader) result.arrowExportStream(allocator, batchRows)) {
      long rows = 0;
      while (reader.loadNextBatch()) {
        rows += reader.getVectorSchemaRoot().getRowCount();
      }
      if (rows == 0) {
        throw new IllegalStateException("no rows");
      }
    }
  }

  private long interrupt(long milliseconds, String query) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (DuckDBConnection connection = duckdb.duplicate();
        PreparedStatement statement = connection.prepareStatement(query)) {
      Future<Long> ended = thread.submit(() -> executeToTheEnd(statement));
      Thread.sleep(milliseconds);
      long begin = System.nanoTime();
      statement.cancel();
      return ended.get(30, TimeUnit.SECONDS) - begin;
    } finally {
      thread.shutdownNow();
    }
  }

  /** Answers when the statement ended, which must be because it was cancelled. */
  private static long executeToTheEnd(PreparedStatement statement) {
    try {
      statement.execute();
    } catch (SQLException cancelled) {
      return System.nanoTime();
    }
    throw new IllegalStateException("the query ended by itself");
  }

  private long crowd(int size, String words) throws Exception {
    int space = words.indexOf(' ');
    long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words.substring(0, space)));
    String query = words.substring(space + 1);
    ExecutorService threads = Executors.newFixedThreadPool(size);
    try {
      long begin = System.nanoTime();
      List<Future<Long>> counts = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        counts.add(threads.submit(() -> again(query, begin + nanos)));
      }
      long all = 0;
      for (Future<Long> count : counts) {
        all += count.get();
      }
      return (System.nanoTime() - begin) / all;
    } finally {
      threads.shutdownNow();
    }
  }

  private long again(String query, long end) throws Exception {
    try (DuckDBConnection connection = duckdb.duplicate()) {
      long count = 0;
      do {
        drain(connection, JDBC_BATCH_ROWS, query);
        count++;
      } while (System.nanoTime() < end);
      return count;
    }
  }

  private void append(long rows) throws SQLException {
    execute("CREATE OR REPLACE TABLE appended(a BIGINT, b BIGINT)");
    try (DuckDBAppender appender = duckdb.createAppender("main", "appended")) {
      for (long row = 0; row < rows; row++) {
        appender.beginRow();
        appender.append(row);
        appender.append(row * 2);
        appender.endRow();
      }
    }
  }

  private static void batch(long rows, Path file) throws Exception {
    Files.deleteIfExists(file);
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      try (Statement statement = sqlite.createStatement()) {
        statement.execute("PRAGMA journal_mode = WAL");
        statement.execute("CREATE TABLE batched(a BIGINT, b BIGINT)");
      }
      sqlite.setAutoCommit(false);
      try (PreparedStatement insert = sqlite.prepareStatement("INSERT INTO batched VALUES(?, ?)")) {
        for (long row = 0; row < rows; row++) {
          insert.setLong(1, row);
          insert.setLong(2, row * 2);
          insert.addBatch();
          if (row % JDBC_BATCH_ROWS == JDBC_BATCH_ROWS - 1) {
            insert.executeBatch();
          }
        }
        insert.executeBatch();
      }
      sqlite.commit();
    }
  }
}
