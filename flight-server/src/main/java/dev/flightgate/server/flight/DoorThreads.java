package dev.flightgate.server.flight;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a door itself: those of its transport, as many as gRPC would make, one that
 * accepts and two for each processor that read and write (gRPC's own take no handler for the socket
 * that listens); and a few on which strangers log in.
 */
final class DoorThreads implements AutoCloseable {

  private static final boolean EPOLL = Epoll.isAvailable();
  private static final int CLOSE_SECONDS = 5;
  private static final int IDLE_SECONDS = 30;

  private final EventLoopGroup accepting = loops("flightgate-accept", 1);
  private final EventLoopGroup working = loops("flightgate-transport", 0);
  private final ThreadPoolExecutor logins = pool();

  private static EventLoopGroup loops(String name, int threads) {
    IoHandlerFactory handlers = EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), handlers);
  }

  private static ThreadPoolExecutor pool() {
    int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("flightgate-login", true));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** Where strangers log in; the door bounds how many wait. */
  Executor logins() {
    return logins;
  }

  /** Has the server use those of the transport, and the handler see each connection first. */
  void serve(NettyServerBuilder builder, ChannelHandler first) {
    builder
        .bossEventLoopGroup(accepting)
        .workerEventLoopGroup(working)
        .channelFactory(
            () -> {
              ServerSocketChannel listening =
                  EPOLL ? new EpollServerSocketChannel() : new NioServerSocketChannel();
              listening.pipeline().addLast(first);
              return listening;
            });
  }

  /** Ends the threads; the server must have ended before. */
  @Override
  public void close() {
    logins.shutdown();
    List<Future<?>> ends =
        List.of(
            accepting.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS),
            working.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS));
    ends.forEach(end -> end.awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS));
  }
}
