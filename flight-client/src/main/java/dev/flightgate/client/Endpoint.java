package dev.flightgate.client;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens, as its URI says it.
 *
 * @param host a name or address; IPv6 in brackets
 * @param port 1 to 65535
 * @param tls whether the transport is encrypted
 */
record Endpoint(String host, int port, boolean tls) {

  private static final int HEADER_BYTES_MAX = 1 << 20;

  /**
   * Reads {@code grpc://host:port} or {@code grpc+tls://host:port}; {@code grpc+tcp} means the
   * former.
   *
   * @throws FlightgateException {@code INVALID_ARGUMENT} for anything else
   */
  static Endpoint parse(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme();
    boolean tls = scheme.equals("grpc+tls");
    boolean known = tls || scheme.equals("grpc") || scheme.equals("grpc+tcp");
    boolean bare = uri.getPath() == null || uri.getPath().isEmpty() || uri.getPath().equals("/");
    if (!known || uri.getHost() == null || uri.getPort() < 1 || uri.getPort() > 65_535 || !bare) {
      throw new FlightgateException(
          FlightStatusCode.INVALID_ARGUMENT,
          "not an address of a server: " + uri + " (grpc://host:port or grpc+tls://host:port)",
          null);
    }
    return new Endpoint(uri.getHost(), uri.getPort(), tls);
  }

  /** A builder of channels to this endpoint; messages of any size are taken. */
  NettyChannelBuilder channel(@Nullable Path tlsRoots, Duration connectTimeout) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(host, port)
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .maxInboundMetadataSize(HEADER_BYTES_MAX)
            .withOption(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                (int) Math.min(connectTimeout.toMillis(), Integer.MAX_VALUE));
    if (!tls) {
      return builder.usePlaintext();
    }
    return tlsRoots == null ? builder.useTransportSecurity() : trusting(builder, tlsRoots);
  }

  private static NettyChannelBuilder trusting(NettyChannelBuilder builder, Path roots) {
    try (InputStream pem = Files.newInputStream(roots)) {
      SslContextBuilder context = GrpcSslContexts.forClient().trustManager(pem);
      return builder.sslContext(context.build());
    } catch (IOException | IllegalArgumentException unreadable) {
      throw new FlightgateException(
          FlightStatusCode.INVALID_ARGUMENT,
          "cannot read the TLS roots " + roots + ": " + unreadable.getMessage(),
          unreadable);
    }
  }

  @Override
  public String toString() {
    return (tls ? "grpc+tls://" : "grpc://") + host + ":" + port;
  }
}
