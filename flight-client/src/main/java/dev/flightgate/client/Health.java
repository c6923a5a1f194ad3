package dev.flightgate.client;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * Asks a server whether it takes work, by gRPC's health service (grpc.health.v1.Health), which
 * needs no credentials. Stateless and thread-safe.
 */
public final class Health {

  /** Field 1 of HealthCheckRequest, a text; and of HealthCheckResponse, an enum. */
  private static final int SERVICE_TAG = 1 << 3 | 2;

  private static final int STATUS_TAG = 1 << 3;
  private static final int SERVING = 1;
  private static final int VARINT_MAX = 0x7F;

  private static final MethodDescriptor<byte[], byte[]> CHECK =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("grpc.health.v1.Health/Check")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private Health() {}

  /**
   * Whether the server takes work, within the options' connect timeout.
   *
   * @param uri {@code grpc://host:port} or {@code grpc+tls://host:port}
   * @param service what is asked about, 127 bytes at most: the empty text for the whole server,
   *     {@code database/NAME} for one database of a Flightgate
   * @param trusting whether any certificate is good enough: nothing secret is sent, and the answer
   *     is worth no more than the one who gives it
   * @throws FlightgateException {@code UNAVAILABLE} if nothing answers there, {@code NOT_FOUND} if
   *     there is no such service
   */
  public static boolean isServing(
      URI uri, String service, ClientOptions options, boolean trusting) {
    Endpoint endpoint = Endpoint.parse(uri);
    NettyChannelBuilder builder = endpoint.channel(options.tlsRoots(), options.connectTimeout());
    if (trusting && endpoint.tls()) {
      trustAnybody(builder);
    }
    ManagedChannel channel = builder.build();
    try {
      CallOptions deadline =
          CallOptions.DEFAULT.withDeadlineAfter(
              options.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
      return Failures.translating(
          () ->
              isServing(ClientCalls.blockingUnaryCall(channel, CHECK, deadline, request(service))));
    } finally {
      channel.shutdownNow();
    }
  }

  private static void trustAnybody(NettyChannelBuilder builder) {
    try {
      builder.sslContext(
          GrpcSslContexts.forClient().trustManager(InsecureTrustManagerFactory.INSTANCE).build());
    } catch (SSLException noTls) {
      throw new IllegalStateException("this JVM has no TLS", noTls);
    }
  }

  private static byte[] request(String service) {
    byte[] name = service.getBytes(StandardCharsets.UTF_8);
    if (name.length > VARINT_MAX) {
      throw new IllegalArgumentException("service: must be short, was " + service);
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.write(SERVICE_TAG);
    request.write(name.length);
    request.writeBytes(name);
    return request.toByteArray();
  }

  private static boolean isServing(byte[] answer) {
    return answer.length >= 2 && answer[0] == STATUS_TAG && answer[1] == SERVING;
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
