package dev.flightgate.server.proof;

import com.google.protobuf.Any;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.flight.FlightClient.ClientStreamListener;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A way to write a number: as so many rows of it, in a table of its own, with the columns number
 * and part. Whichever way it is, all rows of a number are there afterwards, or none.
 */
enum Way {
  /** One statement by itself, sent as an update. */
  UPDATE(3) {
    @Override
    void write(ProofClient client, BufferAllocator allocator, long number) {
      client.update(insert(number, 0, rows()));
    }
  },
  /** One statement by itself, sent as a query whose result nobody fetches. */
  QUERY(2) {
    @Override
    void write(ProofClient client, BufferAllocator allocator, long number) {
      client.plan(insert(number, 0, rows()));
    }
  },
  /** Several statements in one text. */
  TEXT(4) {
    @Override
    void write(ProofClient client, BufferAllocator allocator, long number) {
      client.update(insert(number, 0, 2) + "; " + insert(number, 2, 4));
    }
  },
  /** A transaction of Flight SQL. */
  TRANSACTION(5) {
    @Override
    void write(ProofClient client, BufferAllocator allocator, long number) {
      Transaction transaction = client.sql().beginTransaction(client.options());
      for (int part = 0; part < rows(); part++) {
        String statement = insert(number, part, part + 1);
        client.sql().executeUpdate(statement, transaction, client.options());
      }
      client.sql().commit(transaction, client.options());
    }
  },
  /** A prepared statement with several rows of parameters. */
  PARAMETERS(20) {
    @Override
    void write(ProofClient client, BufferAllocator allocator, long number) {
      String statement = "insert into " + table() + " values (?, ?)";
      try (PreparedStatement prepared = client.sql().prepare(statement, client.options());
          VectorSchemaRoot rows = numbered(allocator, number, 0, rows())) {
        prepared.setParameters(rows);
        prepared.executeUpdate(client.options());
        prepared.close(client.options());
      }
    }
  },
  /** A bulk ingest of several batches. */
  INGEST(600) {
    @Override
    void write(ProofClient client, BufferAllocator allocator, long number) throws Exception {
      int batch = rows() / 3;
      try (VectorSchemaRoot rows = numbered(allocator, number, 0, batch);
          SyncPutListener answers = new SyncPutListener()) {
        ClientStreamListener upload =
            client.flight().startPut(append(table()), rows, answers, client.options());
        for (int first = 0; first < rows(); first += batch) {
          fill(rows, number, first, batch);
          upload.putNext();
        }
        upload.completed();
        answers.poll(60, TimeUnit.SECONDS).close();
        upload.getResult();
      }
    }
  };

  private final int rows;

  Way(int rows) {
    this.rows = rows;
  }

  /** Returns when the server has acknowledged the number. */
  abstract void write(ProofClient client, BufferAllocator allocator, long number) throws Exception;

  /** Rows for each number. */
  int rows() {
    return rows;
  }

  String table() {
    return "by_" + name().toLowerCase(Locale.ROOT);
  }

  String definition() {
    return "create table " + table() + " (number bigint, part bigint)";
  }

  String insert(long number, int from, int to) {
    return "insert into "
        + table()
        + IntStream.range(from, to)
            .mapToObj(part -> "(" + number + ", " + part + ")")
            .collect(Collectors.joining(", ", " values ", ""));
  }

  private static VectorSchemaRoot numbered(
      BufferAllocator allocator, long number, int first, int count) {
    BigIntVector numbers = new BigIntVector("number", allocator);
    BigIntVector parts = new BigIntVector("part", allocator);
    VectorSchemaRoot rows = VectorSchemaRoot.of(numbers, parts);
    fill(rows, number, first, count);
    return rows;
  }

  private static void fill(VectorSchemaRoot rows, long number, int first, int count) {
    for (int row = 0; row < count; row++) {
      ((BigIntVector) rows.getVector(0)).setSafe(row, number);
      ((BigIntVector) rows.getVector(1)).setSafe(row, first + row);
    }
    rows.setRowCount(count);
  }

  private static FlightDescriptor append(String table) {
    CommandStatementIngest command =
        CommandStatementIngest.newBuilder()
            .setTable(table)
            .setTableDefinitionOptions(
                TableDefinitionOptions.newBuilder()
                    .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL)
                    .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_APPEND))
            .build();
    return FlightDescriptor.command(Any.pack(command).toByteArray());
  }
}
