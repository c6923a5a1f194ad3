package dev.flightgate.server.http;

import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import dev.flightgate.server.health.Readiness;
import dev.flightgate.server.tls.ServerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Listens for HTTP/1.1 and shows how the gateway is: {@code /healthz}, {@code /readyz}, {@code
 * /version} and {@code /metrics}. Takes no credentials and no bodies. One thread serves all
 * connections; it never waits. Thread-safe.
 */
public final class HttpDoor implements AutoCloseable {

  private static final int CONNECTIONS_MAX = 128;
  private static final int LINE_BYTES_MAX = 2 * 1024;
  private static final int HEADER_BYTES_MAX = 8 * 1024;
  private static final int BODY_BYTES_MAX = 1024;
  private static final int BACKLOG = 128;
  private static final long CLOSE_SECONDS = 5;

  /** How long a request, and how long its answer, may take. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final EventLoopGroup loop;
  private final Channel channel;
  private final @Nullable ServerTls tls;

  private HttpDoor(EventLoopGroup loop, Channel channel, @Nullable ServerTls tls) {
    this.loop = loop;
    this.channel = channel;
    this.tls = tls;
  }

  /**
   * Where the door listens.
   *
   * @param port 0 for a free one
   * @param tls null for plain text
   */
  public record Address(String host, int port, @Nullable TlsConfig tls) {}

  /**
   * What the door stands on; owned by the caller.
   *
   * @param metrics all metrics in the text format of Prometheus; called on the maker's thread
   * @param maker where that is made; may refuse tasks
   */
  public record Parts(
      Readiness readiness, String version, Supplier<String> metrics, Executor maker) {}

  /**
   * Listens.
   *
   * @throws IOException if the address cannot be bound
   * @throws SSLException if the certificate and key cannot be used
   */
  public static HttpDoor open(Address address, Parts parts) throws IOException {
    return open(address, parts, PATIENCE);
  }

  static HttpDoor open(Address address, Parts parts, Duration patience) throws IOException {
    ServerTls tls = address.tls() == null ? null : new ServerTls(address.tls());
    SslContext encryption =
        tls == null ? null : tls.context(builder -> open(builder, address.tls()));
    Pages pages = new Pages(parts.readiness(), parts.version(), parts.metrics());
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("flightgate-http", true), NioIoHandler.newFactory());
    Connections connections = new Connections(CONNECTIONS_MAX);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            // On the heap: direct memory is for batches, and counted for them.
            .childOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(false))
            .childHandler(
                new Initializer(
                    encryption, () -> new Exchanges(pages, connections, parts.maker(), patience)));
    ChannelFuture bound =
        bootstrap
            .bind(new InetSocketAddress(address.host(), address.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      end(loop);
      throw new IOException("cannot listen", bound.cause());
    }
    return new HttpDoor(loop, bound.channel(), tls);
  }

  /**
   * Where clients of the Flight door need a certificate, those of this one may come without it:
   * whoever asks whether a server is ready seldom has one.
   */
  private static SslContextBuilder open(SslContextBuilder builder, @Nullable TlsConfig config) {
    boolean needed = config != null && config.clientCa() != null;
    return builder
        .sslProvider(SslProvider.JDK)
        .clientAuth(needed ? ClientAuth.OPTIONAL : ClientAuth.NONE);
  }

  /** Makes the pipeline of each connection. */
  private static final class Initializer extends ChannelInitializer<Channel> {

    private final @Nullable SslContext tls;
    private final Supplier<Exchanges> exchanges;

    Initializer(@Nullable SslContext tls, Supplier<Exchanges> exchanges) {
      this.tls = tls;
      this.exchanges = exchanges;
    }

    @Override
    protected void initChannel(Channel connection) {
      ChannelPipeline pipeline = connection.pipeline();
      if (tls != null) {
        pipeline.addLast(tls.newHandler(connection.alloc()));
      }
      pipeline.addLast(
          new HttpServerCodec(
              new HttpDecoderConfig()
                  .setMaxInitialLineLength(LINE_BYTES_MAX)
                  .setMaxHeaderSize(HEADER_BYTES_MAX)));
      pipeline.addLast(new HttpObjectAggregator(BODY_BYTES_MAX, true));
      pipeline.addLast(exchanges.get());
    }
  }

  /**
   * Reads certificates and keys again if they changed; connections made from then on see the new
   * ones. To be called every now and then, by one thread at a time.
   */
  public void refresh() {
    if (tls != null) {
      tls.refresh();
    }
  }

  /** The port that is listened on. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Closes all connections, whatever they do. Idempotent. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    end(loop);
  }

  private static void end(EventLoopGroup loop) {
    loop.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
