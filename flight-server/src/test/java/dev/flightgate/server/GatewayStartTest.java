package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.flightgate.server.config.GatewayConfig.DatabaseConfig;
import dev.flightgate.server.config.GatewayConfig.FlightConfig;
import dev.flightgate.server.config.GatewayConfig.TlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that cannot start says why in one line and leaves nothing behind. */
class GatewayStartTest {

  @TempDir Path folder;
  private Set<String> threadsBefore;

  @BeforeEach
  void countThreads() {
    threadsBefore = gatewayThreads();
  }

  @AfterEach
  void noThreadIsLeft() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(gatewayThreads()).isSubsetOf(threadsBefore));
  }

  private static Set<String> gatewayThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("flightgate-"))
        .collect(Collectors.toSet());
  }

  private static String refusal(RunningGateway.Builder builder) {
    GatewayStartException refusal =
        catchThrowableOfType(
            GatewayStartException.class, () -> Gateway.start(builder.config()).close());
    assertThat(refusal).isNotNull();
    assertThat(refusal.getSuppressed()).as("closing what was opened").isEmpty();
    return refusal.getMessage();
  }

  private static void assertUnlocked(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      assertThat(lock).isNotNull();
    }
  }

  @Test
  void start_andClose_leavesNoThreadNoByteAndNoLock() throws Exception {
    Path duck = folder.resolve("a.duckdb");
    Path lite = folder.resolve("b.sqlite");
    RunningGateway.builder()
        .database("a", "duckdb", duck.toString())
        .database("b", "sqlite", lite.toString())
        .start()
        .close();
    assertUnlocked(duck);
    assertUnlocked(lite);
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "sqlite"})
  void aDatabaseInAFolderThatIsMissing_isRefused(String engine) {
    Path missing = folder.resolve("no").resolve("where.db");
    assertThat(refusal(RunningGateway.builder().database("x", engine, missing.toString())))
        .startsWith("database x: ")
        .contains(missing.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "sqlite"})
  void aReadOnlyDatabaseThatIsMissing_isRefused(String engine) {
    Path missing = folder.resolve("missing.db");
    DatabaseConfig config =
        new DatabaseConfig("x", engine, missing.toString(), true, List.of(), null, Map.of());
    assertThat(refusal(RunningGateway.builder().database(config)))
        .startsWith("database x: ")
        .contains(missing.toString());
    assertThat(missing).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duckdb", "sqlite"})
  void aFileThatIsNoDatabase_isRefusedAndLeftAsItIs(String engine) throws Exception {
    Path corrupt = folder.resolve("corrupt.db");
    byte[] bytes =
        "this is not a database, and long enough to be read as one. "
            .repeat(100)
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Files.write(corrupt, bytes);
    assertThat(refusal(RunningGateway.builder().database("x", engine, corrupt.toString())))
        .startsWith("database x: ");
    assertThat(Files.readAllBytes(corrupt)).isEqualTo(bytes);
    assertUnlocked(corrupt);
  }

  @Test
  void aDatabaseThatAnotherProcessHolds_isRefused() throws Exception {
    Path file = folder.resolve("held.duckdb");
    try (ServerMemory.ServerProcess holder =
        ServerMemory.startProcess("--db-path", file.toString())) {
      assertThat(holder.port()).isPositive();
      assertThat(refusal(RunningGateway.builder().database("x", "duckdb", file.toString())))
          .startsWith("database x: ")
          .containsIgnoringCase("lock");
    }
    // And as soon as the other process has ended, it is served.
    RunningGateway.builder().database("x", "duckdb", file.toString()).start().close();
  }

  @Test
  void initialSqlThatFails_isRefusedAndTheDatabaseIsUnlocked() throws Exception {
    Path file = folder.resolve("init.duckdb");
    Path sql = folder.resolve("init.sql");
    Files.writeString(sql, "create table t(a int); nonsense;");
    DatabaseConfig config =
        new DatabaseConfig("x", "duckdb", file.toString(), false, List.of(), sql, Map.of());
    assertThat(refusal(RunningGateway.builder().database(config))).contains("nonsense");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + file)) {
      assertThat(connection.isValid(1)).isTrue();
    }
  }

  @Test
  void aBackendThatDoesNotExist_isRefusedWithThoseThatDo() {
    assertThat(refusal(RunningGateway.builder().database("x", "oracle", ":memory:")))
        .isEqualTo("database x: there is no backend 'oracle'; there are: duckdb, sqlite");
  }

  @Test
  void aPortInUse_isRefusedAndTheDatabasesAreClosed() throws Exception {
    Path file = folder.resolve("port.duckdb");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String refusal =
          refusal(
              RunningGateway.builder()
                  .database("x", "duckdb", file.toString())
                  .flight(f -> at(f, taken.getLocalPort(), null)));
      assertThat(refusal).startsWith("127.0.0.1:" + taken.getLocalPort() + " is in use");
    }
    assertUnlocked(file);
  }

  @Test
  void aKeyThatIsNone_isRefused() throws Exception {
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    Files.writeString(certificate, "nonsense");
    Files.writeString(key, "nonsense");
    assertThat(
            refusal(
                RunningGateway.builder()
                    .database("x", "sqlite", ":memory:")
                    .flight(f -> at(f, 0, new TlsConfig(certificate, key, null)))))
        .startsWith("flight.tls: the certificates and key cannot be used: ");
  }

  private static FlightConfig at(FlightConfig f, int port, TlsConfig tls) {
    return new FlightConfig(
        f.host(),
        port,
        tls,
        f.insecure(),
        f.messageBytesMax(),
        f.headerBytesMax(),
        f.batchBytes(),
        f.batchRowsMax(),
        f.reflection(),
        f.connections());
  }
}
