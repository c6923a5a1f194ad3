package dev.flightgate.server.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Where a client connects from.
 *
 * @param address for the log, with the port
 * @param network what one client can choose freely left out: an IPv4 address, the first 64 bits of
 *     an IPv6 address
 */
public record Peer(String address, String network) {

  private static final int NETWORK_BYTES = 8;

  /** The peer at that address; all whose address is not known are one. */
  public static Peer of(@Nullable SocketAddress address) {
    if (address instanceof InetSocketAddress internet && internet.getAddress() != null) {
      String text = address.toString(); // with a name, or none, and a slash before it
      return new Peer(text.substring(text.indexOf('/') + 1), network(internet.getAddress()));
    }
    String name = address == null ? "an unknown address" : address.toString();
    return new Peer(name, name);
  }

  private static String network(InetAddress address) {
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), NETWORK_BYTES))
        : address.getHostAddress();
  }

  @Override
  public String toString() {
    return address;
  }
}
