package dev.flightgate.server.proof;

import com.google.protobuf.Any;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.arrow.flight.sql.FlightSqlClient.Transaction;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What a client of the soak may do. Each takes a second at most when nobody else is there, and
 * fails only if the server does; whoever leaves something behind leaves the connection with it.
 */
enum SoakAction {
  READ(8) {
    @Override
    void run(SoakClient client) throws Exception {
      client.expectRows(client.connected().plan("select * from soak"), SoakClient.ROWS);
    }
  },
  SMALL_QUERY(10) {
    @Override
    void run(SoakClient client) throws Exception {
      for (int i = 0; i < 10; i++) {
        client.expectRows(client.connected().plan("select count(*) from soak"), 1);
      }
    }
  },
  READ_SLOWLY(4) {
    @Override
    void run(SoakClient client) throws Exception {
      try (FlightStream stream = client.openEndless()) {
        for (int batch = 0; batch < 5 && stream.next(); batch++) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(client.random().nextInt(200)));
        }
        stream.cancel("slow enough", null);
      }
    }
  },
  CANCEL(5) {
    @Override
    void run(SoakClient client) throws Exception {
      try (FlightStream stream = client.openEndless()) {
        stream.next();
        stream.cancel("enough", null);
      }
    }
  },
  CANCEL_BY_ACTION(3) {
    @Override
    void run(SoakClient client) throws Exception {
      ProofClient connection = client.connected();
      FlightInfo info = connection.plan(client.endless());
      try (FlightStream stream = connection.open(info)) {
        stream.next();
        connection
            .flight()
            .cancelFlightInfo(new CancelFlightInfoRequest(info), connection.options());
        expect(FlightStatusCode.CANCELLED, () -> drain(stream));
      }
    }
  },
  DEADLINE(3) {
    @Override
    void run(SoakClient client) throws Exception {
      ProofClient connection = client.connected();
      FlightInfo info = connection.plan(client.endless());
      try (FlightStream stream =
          connection
              .sql()
              .getStream(
                  ProofClient.ticket(info),
                  connection.options(CallOptions.timeout(50, TimeUnit.MILLISECONDS)))) {
        expect(FlightStatusCode.TIMED_OUT, () -> drain(stream));
      }
    }
  },
  VANISH(5) {
    @Override
    void run(SoakClient client) throws Exception {
      try (FlightStream stream = client.openEndless()) {
        stream.next();
        client.vanish();
      }
    }
  },
  PREPARED(6) {
    @Override
    void run(SoakClient client) throws Exception {
      ProofClient connection = client.connected();
      String query = "select * from soak where number < ?";
      PreparedStatement statement = connection.sql().prepare(query, connection.options());
      try (VectorSchemaRoot rows = client.numbers(1)) {
        for (int i = 1; i <= 5; i++) {
          ((BigIntVector) rows.getVector(0)).setSafe(0, i);
          statement.setParameters(rows);
          client.expectRows(statement.execute(connection.options()), i);
        }
      }
      if (client.random().nextInt(10) > 0) {
        statement.close(connection.options());
      } else {
        client.leave();
      }
    }
  },
  TRANSACTION(4) {
    @Override
    void run(SoakClient client) throws Exception {
      ProofClient connection = client.connected();
      Transaction transaction = connection.sql().beginTransaction(connection.options());
      connection.sql().executeUpdate(client.insert(), transaction, connection.options());
      connection.sql().rollback(transaction, connection.options());
    }
  },
  LEAVE_A_TRANSACTION_OPEN(1) {
    @Override
    void run(SoakClient client) throws Exception {
      ProofClient connection = client.connected();
      Transaction transaction = connection.sql().beginTransaction(connection.options());
      // In SQLite an open writer is in every other's way, which is no failure, and no load either.
      String statement = client.isDuckDb() ? client.insert() : "select count(*) from soak";
      connection.sql().execute(statement, transaction, connection.options());
      client.leave();
    }
  },
  LEAVE_RESULTS(2) {
    @Override
    void run(SoakClient client) throws Exception {
      for (int i = 0; i < 20; i++) {
        client.connected().plan("select * from soak");
      }
      client.leave();
    }
  },
  INGEST(5) {
    @Override
    void run(SoakClient client) throws Exception {
      client.ingest(10);
    }
  },
  VANISH_WHILE_UPLOADING(2) {
    @Override
    void run(SoakClient client) throws Exception {
      client.vanishWhileUploading();
    }
  },
  METADATA(3) {
    @Override
    void run(SoakClient client) throws Exception {
      ProofClient connection = client.connected();
      connection.rows(
          connection.sql().getTables(null, null, "%", null, true, connection.options()));
      connection.rows(connection.sql().getSqlInfo(new int[0], connection.options()));
      connection.rows(connection.sql().getSchemas(null, null, connection.options()));
    }
  },
  POLL(3) {
    @Override
    void run(SoakClient client) throws Exception {
      ProofClient connection = client.connected();
      CommandStatementQuery command =
          CommandStatementQuery.newBuilder()
              .setQuery("select sum(a.number * b.number) from soak a, soak b where b.number < 100")
              .build();
      PollInfo poll =
          connection
              .flight()
              .pollInfo(
                  FlightDescriptor.command(Any.pack(command).toByteArray()), connection.options());
      for (int i = 0; i < 50 && poll.getFlightDescriptor().isPresent(); i++) {
        poll = connection.flight().pollInfo(poll.getFlightDescriptor().get(), connection.options());
      }
      if (poll.getFlightDescriptor().isEmpty()) {
        client.expectRows(poll.getFlightInfo(), 1);
      }
    }
  },
  WRONG_PASSWORD(3) {
    @Override
    void run(SoakClient client) throws Exception {
      expect(
          FlightStatusCode.UNAUTHENTICATED,
          () -> client.connected().token("mallory", "guess " + client.random().nextInt()));
    }
  },
  LOGIN_ANEW(3) {
    @Override
    void run(SoakClient client) throws Exception {
      ProofClient connection = client.connected();
      connection.flight().closeSession(new CloseSessionRequest(), connection.options());
      client.leave();
      client.expectRows(client.connected().plan("select 1"), 1);
    }
  };

  private static final SoakAction[] WEIGHTED = weighted();

  private final int weight;

  /**
   * @param weight how often it is done, beside the others
   */
  SoakAction(int weight) {
    this.weight = weight;
  }

  abstract void run(SoakClient client) throws Exception;

  static SoakAction any(Random random) {
    return WEIGHTED[random.nextInt(WEIGHTED.length)];
  }

  private static SoakAction[] weighted() {
    List<SoakAction> all = new ArrayList<>();
    for (SoakAction action : values()) {
      all.addAll(Collections.nCopies(action.weight, action));
    }
    return all.toArray(new SoakAction[0]);
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void expect(FlightStatusCode code, Work work) throws Exception {
    try {
      work.run();
    } catch (FlightRuntimeException e) {
      if (e.status().code() == code) {
        return;
      }
      throw e;
    }
    throw new IllegalStateException("it went well, and should have been " + code);
  }

  private static void drain(FlightStream stream) {
    while (stream.next()) {
      stream.getRoot().getRowCount();
    }
  }
}
