package dev.flightgate.server.flight;

import dev.flightgate.server.auth.Login;
import dev.flightgate.server.config.GatewayConfig;
import dev.flightgate.server.config.GatewayConfig.FlightConfig;
import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import dev.flightgate.server.flight.wire.HeaderSize;
import dev.flightgate.server.flight.wire.MessageSize;
import dev.flightgate.server.flight.wire.RequestGuard;
import dev.flightgate.server.flight.wire.SendQueue;
import dev.flightgate.server.flight.wire.UploadGuard;
import dev.flightgate.server.flight.wire.UploadMarshaller;
import dev.flightgate.server.flight.wire.UploadPlaces;
import dev.flightgate.server.health.Readiness;
import dev.flightgate.server.listener.Listeners;
import dev.flightgate.server.query.QueryPool;
import dev.flightgate.server.query.QueryService;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.SessionRegistry;
import dev.flightgate.server.tls.ServerTls;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.impl.Flight.HandshakeRequest;
import org.apache.arrow.flight.impl.Flight.HandshakeResponse;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The Flight SQL server. Built on gRPC directly, with flight-core's service inside, because the
 * bearer middleware has to come first and the handshake is our own (docs/decisions/0002).
 */
public final class FlightDoor implements AutoCloseable {

  private static final int CALLS_PER_CONNECTION_MAX = 1_024;
  private static final long CLOSE_SECONDS = 5;

  private final Server server;
  private final HealthService health;
  private final @Nullable ServerTls tls;
  private final DoorThreads threads;

  private FlightDoor(
      Server server, HealthService health, @Nullable ServerTls tls, DoorThreads threads) {
    this.server = server;
    this.health = health;
    this.tls = tls;
    this.threads = threads;
  }

  /**
   * What the door stands on; owned by the caller and closed after the door.
   *
   * @param allocator for what clients upload
   * @param callPool where calls are answered; must not refuse tasks
   * @param queryPool where results are streamed
   * @param timer for deadlines
   * @param listeners told of connections and calls
   * @param readiness what the health service tells
   */
  public record Parts(
      Login login,
      QueryService queries,
      SessionRegistry sessions,
      Map<String, Database> databases,
      Database defaultDatabase,
      BufferAllocator allocator,
      ExecutorService callPool,
      QueryPool queryPool,
      ScheduledExecutorService timer,
      Listeners listeners,
      Readiness readiness) {}

  /**
   * How long the door waits for clients.
   *
   * @param quiet how long a connection may be silent until it is asked for a sign of life
   * @param answer how long that sign may take; then the connection is closed
   * @param login how long a connection may take to be one, and then a handshake until it shows who
   *     calls
   * @param pings how long a client has to wait between its pings; after three too early, its
   *     connection is closed
   */
  record Patience(Duration quiet, Duration answer, Duration login, Duration pings) {
    static final Patience DEFAULT =
        new Patience(
            Duration.ofSeconds(30),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(10));
  }

  /**
   * Listens.
   *
   * @throws IOException if the address cannot be bound
   * @throws SSLException if the certificate and key cannot be used
   */
  public static FlightDoor open(GatewayConfig gateway, Parts parts) throws IOException {
    return open(gateway, parts, Patience.DEFAULT);
  }

  static FlightDoor open(GatewayConfig gateway, Parts parts, Patience patience) throws IOException {
    DoorThreads threads = new DoorThreads();
    try {
      TlsConfig certificates = gateway.flight().tls();
      ServerTls tls = certificates == null ? null : new ServerTls(certificates);
      HealthService health = new HealthService(parts.readiness());
      Server server = server(gateway, parts, patience, health, tls, threads).start();
      return new FlightDoor(server, health, tls, threads);
    } catch (IOException | RuntimeException e) {
      threads.close();
      throw e;
    }
  }

  private static Server server(
      GatewayConfig gateway,
      Parts parts,
      Patience patience,
      HealthService health,
      @Nullable ServerTls tls,
      DoorThreads doorThreads)
      throws IOException {
    FlightConfig config = gateway.flight();
    int uploadsMax = gateway.queries().runningMax() + gateway.queries().queueMax();
    Calls calls =
        new Calls(
            parts.queries(),
            parts.sessions(),
            parts.databases(),
            parts.defaultDatabase(),
            parts.queryPool(),
            parts.callPool());
    UploadGuard uploads =
        new UploadGuard(
            new UploadPlaces(uploadsMax),
            () -> CallScope.current().identity().principal(),
            gateway.queries().uploadIdleTimeout(),
            parts.timer(),
            parts.allocator());
    boolean byCertificate = tls != null && tls.namesUsers();
    Callers callers = new Callers(parts.login(), byCertificate);
    CallThreads threads =
        new CallThreads(
            parts.callPool(), doorThreads.logins(), callers::blocks, config.connections());
    ConnectionLimit connections = new ConnectionLimit(config.connections(), parts.timer());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(config.host(), config.port()))
            .directExecutor()
            .callExecutor(threads)
            // Both are limited by us, who say which setting it is.
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .maxInboundMetadataSize(HeaderSize.transportMax(config.headerBytesMax()))
            .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION_MAX)
            // Clients ping every 30 s without a call open; that is no reason to hang up.
            .permitKeepAliveWithoutCalls(true)
            .permitKeepAliveTime(patience.pings().toNanos(), TimeUnit.NANOSECONDS)
            // A client that vanished without a word must not keep what its calls hold.
            .keepAliveTime(patience.quiet().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(patience.answer().toMillis(), TimeUnit.MILLISECONDS)
            // Nor may one that never says a word keep its connection.
            .handshakeTimeout(patience.login().toMillis(), TimeUnit.MILLISECONDS)
            .addService(service(gateway, parts, calls, callers, patience))
            .addService(lenient(health.bindService(), config.messageBytesMax()))
            .addStreamTracerFactory(new HandshakeSize())
            .addStreamTracerFactory(new MessageSize(config.messageBytesMax(), parts.callPool()))
            // The interceptor added last runs first.
            .intercept(new SendQueue(gateway.queries().bytesMax()))
            .intercept(new RequestGuard())
            .intercept(uploads)
            .intercept(new BearerMiddleware(callers))
            .intercept(new HeaderSize(config.headerBytesMax()))
            .intercept(threads)
            .intercept(connections)
            .intercept(new NamingMiddleware());
    doorThreads.serve(builder, connections);
    if (!parts.listeners().isEmpty()) {
      builder.addTransportFilter(new ConnectionFilter(parts.listeners()));
      builder.addStreamTracerFactory(new StreamEnds());
    }
    if (config.reflection()) {
      builder.addService(ProtoReflectionServiceV1.newInstance());
    }
    if (tls != null) {
      builder.sslContext(tls.context(GrpcSslContexts::configure));
    }
    return builder.build();
  }

  /** flight-core's service with our handshake in the place of its own. */
  @SuppressWarnings(
      "deprecation") // Only the handler that does nothing, which createFlightService asks for.
  private static ServerServiceDefinition service(
      GatewayConfig config, Parts parts, Calls calls, Callers callers, Patience patience) {
    ServerServiceDefinition flight =
        FlightGrpcUtils.createFlightService(
                parts.allocator(),
                new FlightSqlDispatcher(calls, config),
                org.apache.arrow.flight.auth.ServerAuthHandler.NO_OP,
                parts.callPool())
            .bindService();
    MethodDescriptor<HandshakeRequest, HandshakeResponse> handshake =
        FlightServiceGrpc.getHandshakeMethod();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(flight.getServiceDescriptor().getName())
            .setSchemaDescriptor(flight.getServiceDescriptor().getSchemaDescriptor());
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    int bytesMax = config.flight().messageBytesMax();
    flight
        .getMethods()
        .forEach(method -> methods.add(guarded(method, parts.allocator(), bytesMax)));
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor.build());
    for (ServerMethodDefinition<?, ?> method : methods) {
      if (method.getMethodDescriptor().getFullMethodName().equals(handshake.getFullMethodName())) {
        service.addMethod(
            handshake(method, new HandshakeHandler(callers, parts.timer(), patience.login())));
      } else {
        service.addMethod(method);
      }
    }
    return service.build();
  }

  /** The method with messages that the guards look at before flight-core does. */
  private static ServerMethodDefinition<?, ?> guarded(
      ServerMethodDefinition<?, ?> method, BufferAllocator allocator, int bytesMax) {
    return method.getMethodDescriptor().getFullMethodName().equals(UploadGuard.DO_PUT)
        ? withRequests(method, new UploadMarshaller(allocator, bytesMax))
        : lenient(method, bytesMax);
  }

  /** The service with requests that the guard looks at first. */
  private static ServerServiceDefinition lenient(ServerServiceDefinition strict, int bytesMax) {
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(strict.getServiceDescriptor().getName())
            .setSchemaDescriptor(strict.getServiceDescriptor().getSchemaDescriptor());
    List<ServerMethodDefinition<?, ?>> methods = new ArrayList<>();
    strict.getMethods().forEach(method -> methods.add(lenient(method, bytesMax)));
    methods.forEach(method -> descriptor.addMethod(method.getMethodDescriptor()));
    ServerServiceDefinition.Builder service = ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(service::addMethod);
    return service.build();
  }

  private static <Q> ServerMethodDefinition<?, ?> lenient(
      ServerMethodDefinition<Q, ?> method, int bytesMax) {
    return withRequests(
        method,
        RequestGuard.lenient(method.getMethodDescriptor().getRequestMarshaller(), bytesMax));
  }

  @SuppressWarnings("unchecked") // The guards give the method the messages it takes.
  private static <Q, A> ServerMethodDefinition<Q, A> withRequests(
      ServerMethodDefinition<?, A> method, MethodDescriptor.Marshaller<Q> marshaller) {
    MethodDescriptor<?, A> descriptor = method.getMethodDescriptor();
    return ServerMethodDefinition.create(
        descriptor.toBuilder(marshaller, descriptor.getResponseMarshaller()).build(),
        (ServerCallHandler<Q, A>) method.getServerCallHandler());
  }

  @SuppressWarnings("unchecked") // The method of that name has these messages.
  private static ServerMethodDefinition<HandshakeRequest, HandshakeResponse> handshake(
      ServerMethodDefinition<?, ?> method, HandshakeHandler handler) {
    return ((ServerMethodDefinition<HandshakeRequest, HandshakeResponse>) method)
        .withServerCallHandler(handler);
  }

  /** The port that is listened on. */
  public int port() {
    return server.getPort();
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

  /** Takes no more calls; those under way go on, but for those who watch the health. */
  public void shutDown() {
    server.shutdown();
    health.close();
  }

  /** Ends what is still under way and waits until all of it is over. */
  @Override
  public void close() {
    shutDown();
    try {
      if (!server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        server.shutdownNow();
        server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    threads.close();
  }
}
