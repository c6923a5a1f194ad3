package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.flight.impl.Flight.FlightDescriptor;
import org.apache.arrow.flight.impl.Flight.PutResult;
import org.apache.arrow.flight.impl.FlightServiceGrpc;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/** How many uploads there may be, and that each is counted off again. */
class UploadGuardTest {

  /** An interceptor of which every call is a failure. */
  private static final class Failing implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      throw new IllegalStateException("as if");
    }
  }

  @Test
  @SuppressWarnings("deprecation") // Only the handler that does nothing.
  void anUpload_thatCouldNotBeBegun_isNotCounted() throws Exception {
    ExecutorService pool = Executors.newCachedThreadPool();
    try (BufferAllocator allocator = new RootAllocator()) {
      Server server =
          NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .executor(pool)
              .addService(
                  FlightGrpcUtils.createFlightService(
                      allocator,
                      new NoOpFlightProducer(),
                      org.apache.arrow.flight.auth.ServerAuthHandler.NO_OP,
                      pool))
              .intercept(new Failing())
              .intercept(new UploadGuard(1))
              .build()
              .start();
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.getPort()).usePlaintext().build();
      try {
        for (int upload = 0; upload < 3; upload++) {
          assertThat(put(channel).getCode()).isEqualTo(Status.Code.UNKNOWN);
        }
      } finally {
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static Status put(ManagedChannel channel) throws Exception {
    CompletableFuture<Status> end = new CompletableFuture<>();
    StreamObserver<FlightData> upload =
        FlightServiceGrpc.newStub(channel)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .doPut(
                new StreamObserver<PutResult>() {
                  @Override
                  public void onNext(PutResult answer) {}

                  @Override
                  public void onError(Throwable failure) {
                    end.complete(Status.fromThrowable(failure));
                  }

                  @Override
                  public void onCompleted() {
                    end.complete(Status.OK);
                  }
                });
    upload.onNext(
        FlightData.newBuilder()
            .setFlightDescriptor(
                FlightDescriptor.newBuilder()
                    .setType(FlightDescriptor.DescriptorType.CMD)
                    .setCmd(ByteString.copyFromUtf8("anything")))
            .build());
    return end.get(20, TimeUnit.SECONDS);
  }
}
