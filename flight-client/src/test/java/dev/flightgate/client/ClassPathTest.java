package dev.flightgate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an embedding application gets with the client, and what its users get to read. */
final class ClassPathTest {

  private static final String CLI = "dev.flightgate.client.cli.Main";

  @Test
  void classPath_ofTheClient_hasNoNettyButItsBuffers() {
    List<String> netty =
        Stream.of(JavaProcess.classPath().split(File.pathSeparator))
            .map(entry -> Path.of(entry).getFileName().toString())
            .filter(jar -> jar.contains("netty"))
            .map(jar -> jar.replaceFirst("-[0-9].*", ""))
            .sorted()
            .toList();

    assertThat(netty).containsExactly("grpc-netty-shaded", "netty-buffer", "netty-common");
  }

  @Test
  void classPath_ofTheClient_hasNoUnshadedTransport() {
    assertThatExceptionOfType(ClassNotFoundException.class)
        .isThrownBy(() -> Class.forName("io.grpc.netty.NettyChannelBuilder"));
    assertThatExceptionOfType(ClassNotFoundException.class)
        .isThrownBy(() -> Class.forName("io.netty.channel.Channel"));
  }

  @Test
  void flight_withoutGrpcNetty_printsNothing() throws Exception {
    JavaProcess.Outcome outcome =
        JavaProcess.run(
            JavaProcess.arrowFlags(),
            List.of(CLI, "query", "--uri", "grpc://127.0.0.1:1", "--token", "x", "SELECT 1"));

    assertThat(outcome.err())
        .isEqualToNormalizingNewlines(
            """
            error: cannot reach grpc://127.0.0.1:1: Connection refused
            hint: is a server running there? 'flightgate serve' starts one; --uri names another
            """);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.exitCode()).isEqualTo(3);
  }

  @Test
  void jvm_withoutArrowsFlag_isToldWhichOne() throws Exception {
    JavaProcess.Outcome outcome =
        JavaProcess.run(
            List.of(), List.of(CLI, "query", "--uri", "grpc://127.0.0.1:1", "--token", "x", "x"));

    assertThat(outcome.err())
        .isEqualToNormalizingNewlines(
            """
            error: this JVM does not let Arrow reach its memory; start Java with --add-opens=java.base/java.nio=ALL-UNNAMED
            """);
    assertThat(outcome.exitCode()).isEqualTo(1);
  }
}
