package dev.flightgate.server.flight;

import dev.flightgate.server.RunningGateway;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * arrow-java's FlightSqlClient, logged in, with results as lists of rows. Closing checks its
 * memory.
 */
public final class SqlClient implements AutoCloseable {

  private final BufferAllocator allocator = new RootAllocator();
  private final FlightClient flight;
  private final FlightSqlClient sql;
  private final List<CallOption> options = new ArrayList<>();

  private SqlClient(int port, Optional<String> database) {
    flight = FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", port)).build();
    sql = new FlightSqlClient(flight);
    database.ifPresent(
        name -> {
          CallHeaders headers = new FlightCallHeaders();
          headers.insert("database", name);
          options.add(new HeaderCallOption(headers));
        });
  }

  public static SqlClient login(RunningGateway gateway, String user, String database) {
    SqlClient client = new SqlClient(gateway.port(), Optional.of(database));
    client.addCredential(
        client.flight.authenticateBasicToken(user, RunningGateway.password(user)).orElseThrow());
    return client;
  }

  public static SqlClient login(RunningGateway gateway, String user) {
    SqlClient client = new SqlClient(gateway.port(), Optional.empty());
    client.addCredential(
        client.flight.authenticateBasicToken(user, RunningGateway.password(user)).orElseThrow());
    return client;
  }

  public static SqlClient withoutLogin(RunningGateway gateway) {
    return new SqlClient(gateway.port(), Optional.empty());
  }

  /** For a gateway that lets everybody in. */
  public static SqlClient withoutLogin(RunningGateway gateway, String database) {
    return new SqlClient(gateway.port(), Optional.of(database));
  }

  public static SqlClient withoutLogin(int port, String database) {
    return new SqlClient(port, Optional.of(database));
  }

  public static SqlClient withoutLogin(int port) {
    return new SqlClient(port, Optional.empty());
  }

  public void addCredential(CredentialCallOption credential) {
    options.add(credential);
  }

  public FlightClient flight() {
    return flight;
  }

  public FlightSqlClient sql() {
    return sql;
  }

  public BufferAllocator allocator() {
    return allocator;
  }

  public CallOption[] options() {
    return options.toArray(new CallOption[0]);
  }

  /** The rows of a query, each a list of values as {@code FieldVector.getObject} gives them. */
  public List<List<Object>> query(String query) {
    return rows(sql.execute(query, options()));
  }

  /** Rows changed, over DoPut. */
  public long update(String statement) {
    return sql.executeUpdate(statement, options());
  }

  public List<List<Object>> rows(FlightInfo info) {
    List<List<Object>> rows = new ArrayList<>();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      rows.addAll(rows(endpoint.getTicket()));
    }
    return rows;
  }

  public List<List<Object>> rows(Ticket ticket) {
    List<List<Object>> rows = new ArrayList<>();
    try (FlightStream stream = sql.getStream(ticket, options())) {
      while (stream.next()) {
        append(rows, stream.getRoot());
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    return rows;
  }

  /** The schema of the stream itself. */
  public Schema streamSchema(FlightInfo info) {
    try (FlightStream stream = sql.getStream(info.getEndpoints().get(0).getTicket(), options())) {
      return stream.getSchema();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void append(List<List<Object>> rows, VectorSchemaRoot root) {
    for (int row = 0; row < root.getRowCount(); row++) {
      List<Object> values = new ArrayList<>();
      for (FieldVector vector : root.getFieldVectors()) {
        Object value = vector.getObject(row);
        boolean text = value instanceof org.apache.arrow.vector.util.Text;
        values.add(text ? value.toString() : value);
      }
      rows.add(values);
    }
  }

  /** The failure of a call, which must have this status. */
  public static FlightRuntimeException failure(FlightStatusCode code, ThrowingCallable call) {
    Throwable failure = Assertions.catchThrowable(call);
    Assertions.assertThat(failure).isInstanceOf(FlightRuntimeException.class);
    FlightRuntimeException flight = (FlightRuntimeException) failure;
    Assertions.assertThat(flight.status().code()).as("%s", flight).isEqualTo(code);
    return flight;
  }

  @Override
  public void close() throws Exception {
    sql.close();
    allocator.close();
  }
}
