package dev.flightgate.server.proof;

import com.google.protobuf.Any;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.FlightClient.ClientStreamListener;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** One of the soak's clients: does one thing after the other over one connection. One thread. */
final class SoakClient {

  static final int ROWS = 20_000;
  private static final int UPLOADED_ROWS = 2_000;

  /** How often each thing was done, and what went wrong with it; shared by all clients. */
  record Tally(Map<SoakAction, AtomicLong> done, Map<String, AtomicLong> failures) {

    Tally() {
      this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    private static <K> void count(Map<K, AtomicLong> counts, K key) {
      counts.computeIfAbsent(key, k -> new AtomicLong()).incrementAndGet();
    }
  }

  private final int port;
  private final int number;
  private final String database;
  private final BufferAllocator allocator;
  private final Random random;
  private final Tally tally;
  private @Nullable ProofClient connection;
  private boolean gone;

  SoakClient(int port, int number, BufferAllocator allocator, long seed, Tally tally) {
    this.port = port;
    this.number = number;
    this.database = number % 2 == 0 ? "main" : "lite";
    this.allocator = allocator;
    this.random = new Random(seed + number);
    this.tally = tally;
  }

  /** Does one thing after the other. */
  void run(BooleanSupplier over) {
    while (!over.getAsBoolean()) {
      SoakAction action = SoakAction.any(random);
      try {
        action.run(this);
        Tally.count(tally.done, action);
      } catch (Exception | AssertionError e) {
        if (!ProofClient.isConflict(e)) {
          Tally.count(tally.failures, action + " of " + database + ": " + e);
        }
        gone = true;
      }
      if (gone) {
        leave();
      }
    }
    leave();
  }

  /** The connection, logged in. */
  ProofClient connected() {
    if (connection == null) {
      connection = ProofClient.login(port, allocator, database);
    }
    return connection;
  }

  /** Hangs up politely, and leaves what the session holds to the server. */
  void leave() {
    gone = false;
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  /** Cuts the connection; what the client has of it is freed when the action is over. */
  void vanish() {
    connected().vanish(random.nextBoolean());
    gone = true;
  }

  boolean isDuckDb() {
    return database.equals("main");
  }

  Random random() {
    return random;
  }

  String insert() {
    return "insert into soak_written values (" + random.nextInt() + ")";
  }

  String endless() {
    return isDuckDb()
        ? "select range as i, repeat('x', 100) as t from range(1000000000000)"
        : "with recursive r(i) as (select 1 union all select i + 1 from r)"
            + " select i, printf('%0100d', i) as t from r";
  }

  FlightStream openEndless() {
    return connected().open(connected().plan(endless()));
  }

  void expectRows(FlightInfo info, long expected) throws Exception {
    long rows = connected().rows(info);
    if (rows != expected) {
      throw new IllegalStateException(rows + " rows in place of " + expected);
    }
  }

  /** A column of numbers; the caller's to close. */
  VectorSchemaRoot numbers(int count) {
    BigIntVector numbers = new BigIntVector("number", allocator);
    for (int row = 0; row < count; row++) {
      numbers.setSafe(row, row);
    }
    VectorSchemaRoot rows = VectorSchemaRoot.of(numbers);
    rows.setRowCount(count);
    return rows;
  }

  /** Replaces the client's own table by some batches of rows. */
  void ingest(int batches) throws Exception {
    try (VectorSchemaRoot rows = numbers(UPLOADED_ROWS);
        SyncPutListener answers = new SyncPutListener()) {
      ClientStreamListener upload = upload(rows, answers);
      for (int batch = 0; batch < batches; batch++) {
        upload.putNext();
      }
      upload.completed();
      var answer = answers.poll(60, TimeUnit.SECONDS);
      if (answer == null) {
        throw new IllegalStateException("the upload has no answer");
      }
      answer.close();
      upload.getResult();
    }
  }

  void vanishWhileUploading() throws Exception {
    try (VectorSchemaRoot rows = numbers(UPLOADED_ROWS);
        SyncPutListener answers = new SyncPutListener()) {
      ClientStreamListener upload = upload(rows, answers);
      upload.putNext();
      vanish();
    }
  }

  private ClientStreamListener upload(VectorSchemaRoot rows, SyncPutListener answers) {
    CommandStatementIngest command =
        CommandStatementIngest.newBuilder()
            .setTable("soak_upload_" + number)
            .setTableDefinitionOptions(
                TableDefinitionOptions.newBuilder()
                    .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
                    .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_REPLACE))
            .build();
    return connected()
        .flight()
        .startPut(
            FlightDescriptor.command(Any.pack(command).toByteArray()),
            rows,
            answers,
            connected().options());
  }
}
