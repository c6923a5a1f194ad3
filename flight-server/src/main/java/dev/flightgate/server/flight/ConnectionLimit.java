package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Peer;
import dev.flightgate.server.config.GatewayConfig.ConnectionConfig;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the connections, in all and of one address, when they are accepted and nothing of theirs
 * was read. A few beyond the bound stay for some seconds, in which their calls are told why they
 * are refused; further ones are closed at once. The handler belongs to the socket that listens, the
 * interceptor to all calls. Thread-safe.
 */
@ChannelHandler.Sharable
final class ConnectionLimit extends ChannelInboundHandlerAdapter implements ServerInterceptor {

  private static final RefusalLog log = RefusalLog.of(ConnectionLimit.class);

  /** How many connections beyond the bound are told so. */
  private static final int TOLD_MAX = 64;

  private static final Duration TOLD_FOR = Duration.ofSeconds(5);

  private final ConnectionConfig config;
  private final ScheduledExecutorService timer;
  private final Places places;
  private final Map<SocketAddress, String> told = new ConcurrentHashMap<>();

  ConnectionLimit(ConnectionConfig config, ScheduledExecutorService timer) {
    this.config = config;
    this.timer = timer;
    this.places = new Places(config.max(), config.perAddressMax());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    Channel connection = (Channel) accepted;
    SocketAddress address = connection.remoteAddress();
    Peer peer = Peer.of(address);
    String full = explained(places.enter(peer.network()));
    if (full == null) {
      connection.closeFuture().addListener(closed -> places.leave(peer.network()));
    } else {
      log.info("refused a connection from {}: {}", peer, full);
      if (address == null || told.size() >= TOLD_MAX) {
        connection.unsafe().closeForcibly();
        return;
      }
      told.put(address, full);
      Future<?> due =
          timer.schedule(
              () -> {
                ChannelFuture unused = connection.close();
              },
              TOLD_FOR.toMillis(),
              TimeUnit.MILLISECONDS);
      connection
          .closeFuture()
          .addListener(
              closed -> {
                told.remove(address);
                due.cancel(false);
              });
    }
    context.fireChannelRead(accepted);
  }

  private @Nullable String explained(Places.Entry entry) {
    return switch (entry) {
      case TAKEN -> null;
      case ALL_ARE_TAKEN ->
          "the server has "
              + config.max()
              + " connections (setting flight.connections.max): try again later";
      case OWN_ARE_TAKEN ->
          "your address has "
              + config.perAddressMax()
              + " connections (setting flight.connections.per-address-max): close some first";
    };
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (!told.isEmpty()) {
      SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      String full = address == null ? null : told.get(address);
      if (full != null) {
        call.close(Status.RESOURCE_EXHAUSTED.withDescription(full), new Metadata());
        return new ServerCall.Listener<>() {};
      }
    }
    return next.startCall(call, headers);
  }
}
