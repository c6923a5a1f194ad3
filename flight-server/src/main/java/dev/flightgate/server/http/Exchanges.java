package dev.flightgate.server.http;

import dev.flightgate.server.http.Pages.Answer;
import dev.flightgate.server.http.Pages.Page;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one connection, one after the other, and their answers. A request has to come
 * whole, and its answer to go out whole, within a few seconds each, whatever comes meanwhile; else
 * the connection is closed. On the thread of the transport, but for pages that are work to make.
 */
final class Exchanges extends SimpleChannelInboundHandler<FullHttpRequest> {

  private static final Logger log = LoggerFactory.getLogger(Exchanges.class);

  private final Pages pages;
  private final Connections connections;
  private final Executor maker;
  private final Duration patience;
  private @Nullable Future<?> due;
  private boolean answering;

  /**
   * @param maker where slow pages are made; may refuse
   * @param patience how long a request, and how long an answer, may take
   */
  Exchanges(Pages pages, Connections connections, Executor maker, Duration patience) {
    this.pages = pages;
    this.connections = connections;
    this.maker = maker;
    this.patience = patience;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    connections.opened(context.channel());
    expect(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    connections.closed(context.channel());
    forget();
  }

  /** From now on the next step has its time. */
  private void expect(ChannelHandlerContext context) {
    forget();
    due =
        context
            .executor()
            .schedule(() -> hangUp(context), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void hangUp(ChannelHandlerContext context) {
    var unused = context.close();
  }

  private void forget() {
    if (due != null) {
      due.cancel(false);
      due = null;
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    if (answering) {
      hangUp(context); // before it has the answer to its last one; nobody needs that here
      return;
    }
    answering = true;
    connections.used(context.channel());
    expect(context);
    boolean again = HttpUtil.isKeepAlive(request) && !request.decoderResult().isFailure();
    boolean body = !request.method().equals(HttpMethod.HEAD);
    Answer refusal = refusal(request);
    if (refusal != null) {
      answer(context, refusal, body, again && refusal.status() < 500);
      return;
    }
    String path = path(request);
    Optional<Page> page = pages.find(path);
    if (page.isEmpty()) {
      answer(context, missing(), body, again);
    } else if (!page.get().open() && !showsCertificate(context)) {
      answer(context, withoutCertificate(), body, again);
    } else if (page.get().slow()) {
      make(context, page.get(), body, again);
    } else {
      answer(context, page.get().answer().get(), body, again);
    }
  }

  private static @Nullable Answer refusal(FullHttpRequest request) {
    Throwable problem = request.decoderResult().cause();
    if (problem instanceof TooLongHttpLineException) {
      return Answer.sentence(414, "the request's first line is too long");
    }
    if (problem instanceof TooLongHttpHeaderException) {
      return Answer.sentence(431, "the request's headers are too long");
    }
    if (problem != null) {
      return Answer.sentence(400, "this is no request of HTTP/1.1");
    }
    boolean known =
        request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    return known ? null : Answer.sentence(405, "only GET and HEAD are answered here");
  }

  private static String path(FullHttpRequest request) {
    String uri = request.uri();
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private Answer missing() {
    return Answer.sentence(
        404, "there is no such page; there are: " + String.join(", ", pages.paths()));
  }

  private static Answer withoutCertificate() {
    return Answer.sentence(
        403, "this page is for clients with a certificate (setting flight.tls.client-ca)");
  }

  /** Whether the client shows a certificate that is trusted, if it needs one. */
  private static boolean showsCertificate(ChannelHandlerContext context) {
    SslHandler tls = context.pipeline().get(SslHandler.class);
    if (tls == null || !tls.engine().getWantClientAuth()) {
      return true;
    }
    try {
      return tls.engine().getSession().getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException none) {
      return false;
    }
  }

  private void make(ChannelHandlerContext context, Page page, boolean body, boolean again) {
    try {
      maker.execute(
          () -> {
            Answer made = made(page);
            context.executor().execute(() -> answer(context, made, body, again));
          });
    } catch (RuntimeException | OutOfMemoryError noThread) {
      answer(context, Answer.sentence(503, "try again later"), body, false);
    }
  }

  private static Answer made(Page page) {
    try {
      return page.answer().get();
    } catch (RuntimeException | Error failure) {
      log.warn("a page of the HTTP door cannot be made", failure);
      return Answer.sentence(500, "the page cannot be made; the server's log says why");
    }
  }

  private void answer(ChannelHandlerContext context, Answer answer, boolean body, boolean again) {
    ChannelFuture sent = context.writeAndFlush(response(answer, body, again));
    if (!again) {
      sent.addListener(ChannelFutureListener.CLOSE);
      return;
    }
    sent.addListener(
        done -> {
          if (done.isSuccess()) {
            answering = false;
            expect(context);
          } else {
            hangUp(context);
          }
        });
  }

  private static FullHttpResponse response(Answer answer, boolean body, boolean again) {
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    ByteBuf content = body ? Unpooled.wrappedBuffer(bytes) : Unpooled.EMPTY_BUFFER;
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), content);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
        .setInt(HttpHeaderNames.CONTENT_LENGTH, bytes.length)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set("x-content-type-options", "nosniff");
    if (answer.status() == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    response
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            again ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE);
    return response;
  }

  /** What a client does wrong, or its going away, is no news. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    log.debug("a connection of the HTTP door ended", cause);
    hangUp(context);
  }
}
