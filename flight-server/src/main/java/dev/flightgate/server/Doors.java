package dev.flightgate.server;

import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.flight.FlightDoor;
import dev.flightgate.server.http.HttpDoor;
import java.io.IOException;
import javax.net.ssl.SSLException;

/** Opens the doors of one gateway, and says in one line why one of them cannot be. */
final class Doors {

  /** What is opened here. */
  private interface Opening<T> {
    T open() throws IOException;
  }

  private final GatewayConfig config;

  Doors(GatewayConfig config) {
    this.config = config;
  }

  FlightDoor flight(FlightDoor.Parts parts) throws GatewayStartException {
    return open(config.flight().port(), "--port", () -> FlightDoor.open(config, parts));
  }

  HttpDoor http(int port, HttpDoor.Parts parts) throws GatewayStartException {
    HttpDoor.Address address =
        new HttpDoor.Address(config.flight().host(), port, config.flight().tls());
    return open(port, "--http-port", () -> HttpDoor.open(address, parts));
  }

  private <T> T open(int port, String flag, Opening<T> opening) throws GatewayStartException {
    try {
      return opening.open();
    } catch (SSLException | IllegalArgumentException e) {
      throw new GatewayStartException(
          "flight.tls: the certificates and key cannot be used: " + rootMessage(e), e);
    } catch (IOException e) {
      String reason = rootMessage(e);
      // Netty's native transport has no exception of its own for this, only the system's words.
      String why =
          reason.contains("Address already in use")
              ? "is in use: choose another port with " + flag + ", or 0 for a free one"
              : "cannot be listened on: " + reason;
      throw new GatewayStartException(config.flight().host() + ":" + port + " " + why, e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** How clients name a port of this gateway. */
  String uri(String scheme, int port) {
    String host = config.flight().host();
    return scheme + "://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
