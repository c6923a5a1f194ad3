package dev.flightgate.server.proof;

import io.grpc.Attributes;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Where connections come from, such as 127.0.0.2: Linux's loopback has all of 127.0.0.0/8. */
final class Local extends NettyChannelBuilder.LocalSocketPicker {

  private final String address;

  Local(String address) {
    this.address = address;
  }

  @Override
  public SocketAddress createSocketAddress(SocketAddress remote, Attributes attributes) {
    return new InetSocketAddress(address, 0);
  }
}
