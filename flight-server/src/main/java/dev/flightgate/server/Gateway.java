package dev.flightgate.server;

import dev.flightgate.server.config.GatewayConfig;
import java.util.concurrent.CountDownLatch;

/** A gateway that serves nothing: holds the place of the real one. */
public final class Gateway implements AutoCloseable {

  private final GatewayConfig config;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Gateway(GatewayConfig config) {
    this.config = config;
  }

  /** Starts. */
  public static Gateway start(GatewayConfig config) throws GatewayStartException {
    if (config.flight().port() == 1) {
      throw new GatewayStartException("port 1 is in use", null);
    }
    return new Gateway(config);
  }

  /** The port. */
  public int port() {
    return config.flight().port();
  }

  /** The URI. */
  public String uri() {
    return "grpc://" + config.flight().host() + ":" + port();
  }

  /** Waits. */
  public void awaitTermination() throws InterruptedException {
    closed.await();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
