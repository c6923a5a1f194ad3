package dev.flightgate.server.fuzz;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.AsciiString;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Calls over HTTP/2 whose headers are any bytes, which gRPC's client would not send. One
 * connection, and a new one when the server has closed it. One thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What is not written is not answered, which is seen.
final class RawHttp2 implements AutoCloseable {

  private static final int DEADLINE_SECONDS = 10;
  private static final int EARLY_MILLISECONDS = 100;
  private static final int LONG_CHARACTERS = 40_000;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final int port;
  private @Nullable Channel connection;
  private volatile @Nullable String goneAway;

  RawHttp2(int port) {
    this.port = port;
  }

  /**
   * How a call ended: "grpc N" with gRPC's status, "reset N" with HTTP/2's error, "go away N" with
   * that of the connection, "closed", or "nothing" if there was no answer in ten seconds.
   */
  String call(List<Map.Entry<String, String>> headers, byte[] message) throws Exception {
    CompletableFuture<String> end = new CompletableFuture<>();
    Http2StreamChannel stream = open(new Answer(end));
    stream
        .closeFuture()
        .addListener(closed -> end.complete(goneAway == null ? "closed" : goneAway));
    Http2Headers all = new DefaultHttp2Headers(false);
    headers.forEach(header -> all.add(bytes(header.getKey()), bytes(header.getValue())));
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(all, false));
    try {
      if (mayBeRefused(headers) && endsWithin(end, EARLY_MILLISECONDS)) {
        return end.getNow("");
      }
      stream.writeAndFlush(
          new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(framed(message)), true));
      return endsWithin(end, 1_000 * DEADLINE_SECONDS) ? end.getNow("") : "nothing";
    } finally {
      stream.close();
    }
  }

  /**
   * Whether the server may take the headers for none. It has never heard of the stream then, and
   * whatever came on it next would cost the connection, with or without the word why.
   */
  private static boolean mayBeRefused(List<Map.Entry<String, String>> headers) {
    int characters = headers.stream().mapToInt(header -> header.getValue().length()).sum();
    return characters > LONG_CHARACTERS
        || headers.stream().anyMatch(header -> header.getKey().endsWith("-bin"));
  }

  private static boolean endsWithin(CompletableFuture<String> end, long milliseconds)
      throws Exception {
    try {
      end.get(milliseconds, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** A stream of the connection, or of a new one if it is just being closed. */
  private Http2StreamChannel open(ChannelInboundHandlerAdapter handler) throws Exception {
    for (int tries = 0; tries < 10; tries++) {
      Future<Http2StreamChannel> stream =
          new Http2StreamChannelBootstrap(connected()).handler(handler).open();
      if (stream.await(DEADLINE_SECONDS, TimeUnit.SECONDS) && stream.isSuccess()) {
        return stream.getNow();
      }
      connected().close().await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
    throw new IllegalStateException("no stream in ten connections");
  }

  /** Characters are bytes here. */
  private static AsciiString bytes(String text) {
    return new AsciiString(text.getBytes(StandardCharsets.ISO_8859_1), false);
  }

  /** As gRPC sends messages: uncompressed, with their length before. */
  private static byte[] framed(byte[] message) {
    byte[] framed = new byte[5 + message.length];
    for (int i = 0; i < 4; i++) {
      framed[1 + i] = (byte) (message.length >>> (24 - 8 * i));
    }
    System.arraycopy(message, 0, framed, 5, message.length);
    return framed;
  }

  private Channel connected() throws Exception {
    Channel now = connection;
    if (now == null || !now.isActive() || goneAway != null) {
      goneAway = null;
      now =
          new Bootstrap()
              .group(loops)
              .channel(NioSocketChannel.class)
              .handler(new Connection())
              .connect("127.0.0.1", port)
              .sync()
              .channel();
      connection = now;
    }
    return now;
  }

  @Override
  public void close() throws Exception {
    if (connection != null) {
      connection.close().await(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private final class Connection extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(
              Http2FrameCodecBuilder.forClient()
                  .validateHeaders(false)
                  .encoderIgnoreMaxHeaderListSize(true)
                  .build(),
              new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()),
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object frame) {
                  if (frame instanceof Http2GoAwayFrame last) {
                    goneAway = "go away " + last.errorCode();
                  }
                  ReferenceCountUtil.release(frame);
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext context, Throwable reset) {
                  context.close();
                }
              });
    }
  }

  private static final class Answer extends ChannelInboundHandlerAdapter {

    private final CompletableFuture<String> end;

    Answer(CompletableFuture<String> end) {
      this.end = end;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      if (frame instanceof Http2HeadersFrame headers) {
        CharSequence status = headers.headers().get("grpc-status");
        if (status != null) {
          end.complete("grpc " + status);
        } else if (headers.isEndStream()) {
          end.complete("http " + headers.headers().status());
        }
      }
      ReferenceCountUtil.release(frame);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof Http2ResetFrame reset) {
        end.complete("reset " + reset.errorCode());
      }
    }
  }
}
