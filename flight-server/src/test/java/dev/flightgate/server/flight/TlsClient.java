package dev.flightgate.server.flight;

import dev.flightgate.server.RunningGateway;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.auth2.ClientBearerHeaderHandler;
import org.apache.arrow.flight.auth2.ClientIncomingAuthHeaderMiddleware;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** A client over TLS, with a certificate of its own or without. */
final class TlsClient implements AutoCloseable {

  private final BufferAllocator allocator = new RootAllocator();
  private final ClientIncomingAuthHeaderMiddleware.Factory bearer =
      new ClientIncomingAuthHeaderMiddleware.Factory(new ClientBearerHeaderHandler());
  private final FlightClient flight;
  private final FlightSqlClient sql;

  TlsClient(RunningGateway gateway, Path trusted, @Nullable Certificate own) throws Exception {
    try (InputStream roots = Files.newInputStream(trusted);
        InputStream chain = Files.newInputStream(own == null ? trusted : own.certificate());
        InputStream key = Files.newInputStream(own == null ? trusted : own.key())) {
      FlightClient.Builder builder =
          FlightClient.builder(allocator, Location.forGrpcTls("127.0.0.1", gateway.port()))
              .intercept(bearer)
              .useTls()
              .trustedCertificates(roots);
      if (own != null) {
        builder.clientCertificate(chain, key);
      }
      flight = builder.build();
      sql = new FlightSqlClient(flight);
    }
  }

  FlightClient flight() {
    return flight;
  }

  /** The token that a handshake gives to who shows nothing but a certificate. */
  CallOption handshake() {
    flight.handshake();
    return bearer.getCredentialCallOption();
  }

  static CallOption header(String name, String value) {
    CallHeaders headers = new FlightCallHeaders();
    headers.insert(name, value);
    return new HeaderCallOption(headers);
  }

  /** How many rows the query has. */
  int rows(String query, CallOption... options) throws Exception {
    int rows = 0;
    for (var endpoint : sql.execute(query, options).getEndpoints()) {
      try (FlightStream stream = sql.getStream(endpoint.getTicket(), options)) {
        while (stream.next()) {
          rows += stream.getRoot().getRowCount();
        }
      }
    }
    return rows;
  }

  long update(String statement, CallOption... options) {
    return sql.executeUpdate(statement, options);
  }

  @Override
  public void close() throws Exception {
    try (allocator) {
      sql.close();
    }
  }
}
