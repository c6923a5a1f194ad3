package dev.flightgate.server.config;

import dev.flightgate.server.config.GatewayConfig.AuthConfig;
import dev.flightgate.server.config.GatewayConfig.FlightConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Who could reach the gateway, and whether that was asked for. */
public final class Exposure {

  private Exposure() {}

  /**
   * Refuses what is unsafe and was not asked for.
   *
   * @throws ConfigException saying what to add
   */
  public static void check(GatewayConfig config) {
    FlightConfig flight = config.flight();
    AuthConfig auth = config.auth();
    boolean loopback = loopback(flight.host());
    Require.that(
        !auth.disabled() || !config.hasCredentials(),
        "auth.disabled",
        "contradicts the users and tokens that are configured");
    Require.that(
        !auth.disabled() || loopback,
        "auth.disabled",
        "lets everybody in and so works on loopback only, but flight.host is " + flight.host());
    if (!loopback && !flight.insecure()) {
      String reach = flight.host() + " can be reached from other machines, but ";
      Require.that(
          config.hasCredentials(),
          "flight.host",
          reach + "no user is configured: add --user or --auth-token, or say --insecure");
      Require.that(
          flight.tls() != null,
          "flight.host",
          reach + "TLS is not configured: add --tls-cert and --tls-key, or say --insecure");
    }
  }

  /** What to warn of on every start, one sentence each; empty when all is well. */
  public static List<String> warnings(GatewayConfig config) {
    List<String> warnings = new ArrayList<>();
    if (config.auth().disabled()) {
      warnings.add("Authentication is off: every program on this machine may do everything.");
    }
    if (!loopback(config.flight().host())) {
      String reach = config.flight().host() + " can be reached from other machines";
      if (config.flight().tls() == null) {
        warnings.add(
            reach + " and TLS is off: passwords, queries and results travel in the clear.");
      }
      if (config.http().port() != null) {
        warnings.add(reach + ", and its health and metrics over HTTP need no credentials.");
      }
      if (!config.hasCredentials()) {
        warnings.add(reach + " and no user is configured: a generated password is all there is.");
      }
    }
    return List.copyOf(warnings);
  }

  private static boolean loopback(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      throw new ConfigException("flight.host", "unknown host \"" + host + "\"", e);
    }
  }
}
