package dev.flightgate.examples;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.flightgate.client.ClientOptions;
import dev.flightgate.client.Credentials;
import dev.flightgate.client.FlightgateClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * A gateway in a container of the image under test, on a port of the loopback interface. Its root
 * is read-only, and it has no capability.
 */
final class GatewayContainer implements AutoCloseable {

  static final String USER = "ann";
  private static final String PASSWORD = "correct horse";
  private static final String DATA = "/var/lib/flightgate";
  private static final int PORT = 31_337;
  private static final String IMAGE = System.getProperty("flightgate.image", "");
  private static final Duration READY = Duration.ofSeconds(90);
  private static final int STOP_SECONDS = 40;

  private final GenericContainer<?> container;
  private final int port;

  private GatewayContainer(GenericContainer<?> container, int port) {
    this.container = container;
    this.port = port;
  }

  static void assumeImage() {
    Assumptions.assumeFalse(
        IMAGE.isEmpty(), "no image to test: deploy/test builds one and runs these tests");
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(), "no Docker engine can be reached");
  }

  static GatewayContainer start(ImageVolume data, String... command) {
    int port = freePort();
    GenericContainer<?> container =
        container(port, List.of(data.at(DATA)))
            .withEnv("FLIGHTGATE_PASSWORD", PASSWORD)
            .withCommand(command)
            .waitingFor(
                Wait.forLogMessage(".*flightgate ready on.*\\n", 1).withStartupTimeout(READY));
    container.start();
    return new GatewayContainer(container, port);
  }

  /** With the files of docker-compose.yml. */
  static GatewayContainer startAsComposed(ImageVolume data, ImageVolume secrets)
      throws IOException {
    String compose = Project.root().resolve("deploy/compose").toRealPath().toString();
    Bind setup = Bind.parse(compose + "/setup:/setup:ro");
    try (GenericContainer<?> once =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withCreateContainerCmdModifier(
                command ->
                    command
                        .withUser("0:0")
                        .withEntrypoint("sh", "/setup")
                        .withHostConfig(
                            host(command.getHostConfig())
                                .withBinds(setup, secrets.at("/run/flightgate"))))
            .waitingFor(Wait.forLogMessage(".*certificate:.*\\n", 1).withStartupTimeout(READY))) {
      once.start();
    }
    int port = freePort();
    Bind config = Bind.parse(compose + "/flightgate.yaml:/etc/flightgate.yaml:ro");
    GenericContainer<?> container =
        container(port, List.of(data.at(DATA), secrets.at("/run/flightgate"), config))
            .withCommand("serve", "--config", "/etc/flightgate.yaml", "--sample")
            .waitingFor(
                Wait.forLogMessage(".*flightgate ready on.*\\n", 1).withStartupTimeout(READY));
    container.start();
    return new GatewayContainer(container, port);
  }

  private static GenericContainer<?> container(int port, List<Bind> binds) {
    PortBinding published =
        new PortBinding(Ports.Binding.bindIpAndPort("127.0.0.1", port), ExposedPort.tcp(PORT));
    return new GenericContainer<>(DockerImageName.parse(IMAGE))
        .withExposedPorts(PORT)
        .withCreateContainerCmdModifier(
            command ->
                command.withHostConfig(
                    host(command.getHostConfig())
                        .withBinds(binds)
                        .withPortBindings(published)
                        .withReadonlyRootfs(true)
                        .withTmpFs(Map.of("/tmp", ""))
                        .withCapDrop(Capability.ALL)
                        .withSecurityOpts(List.of("no-new-privileges"))));
  }

  private static HostConfig host(HostConfig given) {
    return given == null ? HostConfig.newHostConfig() : given;
  }

  /** Below those that the system gives to clients. */
  private static int freePort() {
    for (int attempt = 0; attempt < 100; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return free.getLocalPort();
      } catch (IOException taken) {
        // The next one.
      }
    }
    throw new IllegalStateException("no free port");
  }

  URI uri() {
    return URI.create("grpc://127.0.0.1:" + port);
  }

  FlightgateClient connect(String database) {
    return FlightgateClient.connect(
        uri(),
        Credentials.password(USER, PASSWORD),
        ClientOptions.defaults().withDatabase(database));
  }

  /** To a gateway that was started as composed. */
  FlightgateClient connectTls() throws Exception {
    Path roots = Files.createTempFile("roots", ".pem");
    try {
      Files.writeString(roots, exec("cat", "/run/flightgate/tls.crt").getStdout());
      String password = exec("cat", "/run/flightgate/password").getStdout().trim();
      return FlightgateClient.connect(
          URI.create("grpc+tls://localhost:" + port),
          Credentials.password("flightgate", password),
          ClientOptions.defaults().withTlsRoots(roots));
    } finally {
      Files.delete(roots);
    }
  }

  ExecResult exec(String... command) throws IOException, InterruptedException {
    return container.execInContainer(command);
  }

  /** What the image's own HEALTHCHECK says, with TLS or without. */
  boolean isHealthy() throws IOException, InterruptedException {
    String tls = "flightgate health --uri grpc+tls://localhost:" + PORT;
    return exec("sh", "-c", "flightgate health || " + tls).getExitCode() == 0;
  }

  String logs() {
    return container.getLogs();
  }

  /** Sends SIGTERM and waits; the exit code. */
  int stop() {
    DockerClient docker = DockerClientFactory.instance().client();
    docker.stopContainerCmd(container.getContainerId()).withTimeout(STOP_SECONDS).exec();
    Long code =
        docker.inspectContainerCmd(container.getContainerId()).exec().getState().getExitCodeLong();
    return code == null ? -1 : code.intValue();
  }

  @Override
  public void close() {
    container.stop();
  }
}
