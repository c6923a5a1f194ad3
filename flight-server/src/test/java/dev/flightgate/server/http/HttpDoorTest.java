package dev.flightgate.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.HttpPage;
import dev.flightgate.server.health.Readiness;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the door answers, and that nobody who misbehaves keeps anything of it. */
class HttpDoorTest {

  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final int TIMEOUT_MILLIS = 20_000;

  private final Readiness readiness = new Readiness(List.of("main"));
  private final ExecutorService maker = Executors.newSingleThreadExecutor();
  private final CountDownLatch made = new CountDownLatch(1);
  private HttpDoor door;

  @BeforeEach
  void open() throws IOException {
    door = open(PATIENCE);
  }

  private HttpDoor open(Duration patience) throws IOException {
    return HttpDoor.open(
        new HttpDoor.Address("127.0.0.1", 0, null),
        new HttpDoor.Parts(readiness, "1.2.3", this::metrics, maker),
        patience);
  }

  private String metrics() {
    assertThat(Thread.currentThread().getName()).doesNotContain("flightgate-http");
    made.countDown();
    return "a_metric 1\n";
  }

  @AfterEach
  void close() throws InterruptedException {
    door.close();
    maker.shutdownNow();
    assertThat(maker.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("flightgate-http")));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  /** All that the door sends until it closes the connection. */
  private static String readToTheEnd(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      for (int next = in.read(); next >= 0; next = in.read()) {
        all.write(next);
      }
    } catch (SocketException reset) {
      // Closed while something of ours was still on its way.
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private String exchange(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return readToTheEnd(socket);
    }
  }

  private String uri(String path) {
    return "http://127.0.0.1:" + door.port() + path;
  }

  @Test
  void pages_areShown() throws Exception {
    assertThat(HttpPage.get(uri("/healthz")))
        .isEqualTo(new HttpPage(200, "text/plain; charset=utf-8", "ok\n"));
    assertThat(HttpPage.get(uri("/version")).body())
        .contains("\"name\":\"flightgate\"", "\"version\":\"1.2.3\"");
    assertThat(HttpPage.get(uri("/metrics?name=x")))
        .isEqualTo(new HttpPage(200, "text/plain; version=0.0.4; charset=utf-8", "a_metric 1\n"));
    assertThat(made.getCount()).isZero();
    HttpPage ready = HttpPage.get(uri("/readyz"));
    assertThat(ready.status()).isEqualTo(503);
    assertThat(ready.body())
        .isEqualTo(
            "{\"ready\":false,\"phase\":\"starting\",\"databases\":{\"main\":{\"state\":\"starting\"}}}\n");
    assertThat(HttpPage.get(uri("/")).body())
        .isEqualTo("there is no such page; there are: /healthz, /metrics, /readyz, /version\n");
    assertThat(HttpPage.get(uri("/healthz/")).status()).isEqualTo(404);
  }

  @Test
  void head_answersWithoutABody() throws Exception {
    assertThat(exchange("HEAD /version HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .containsIgnoringCase("content-length: ")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"})
  void methods_otherThanGetAndHead_areRefused(String method) throws Exception {
    assertThat(
            exchange(
                method + " /metrics HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 405 ")
        .containsIgnoringCase("allow: GET, HEAD")
        .endsWith("only GET and HEAD are answered here\n");
    assertThat(made.getCount()).isOne();
  }

  @ParameterizedTest
  @CsvSource({"LINE, 414", "HEADER, 431", "HEADERS, 431", "BODY, 413", "CHUNKS, 413"})
  void requests_thatAreTooLarge_areRefused(String part, int status) throws Exception {
    String much = "x".repeat(100_000);
    String request =
        switch (part) {
          case "LINE" -> "GET /" + much + " HTTP/1.1\r\n\r\n";
          case "HEADER" -> "GET /healthz HTTP/1.1\r\nX: " + much + "\r\n\r\n";
          case "HEADERS" -> "GET /healthz HTTP/1.1\r\n" + "X: y\r\n".repeat(20_000) + "\r\n";
          case "BODY" -> "POST /healthz HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + much;
          default -> "POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n" + much;
        };
    String answer = exchange(request);
    // The kernel throws the answer away when the connection is closed with input unread.
    assertThat(answer)
        .satisfiesAnyOf(
            text -> assertThat(text).isEmpty(),
            text -> assertThat(text).startsWith("HTTP/1.1 " + status + " "));
    assertThat(HttpPage.get(uri("/healthz")).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET\r\n\r\n",
        "GET /healthz\r\n\r\n",
        "\u0000\u0001\u0002\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "GET /healthz HTTP/1.1\r\n: x\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
      })
  void garbage_isRefusedAndHungUpOn(String request) throws Exception {
    assertThat(exchange(request)).doesNotStartWith("HTTP/1.1 2");
    assertThat(HttpPage.get(uri("/healthz")).status()).isEqualTo(200);
  }

  @Test
  void aRequest_thatComesBitByBit_hasSoMuchTimeInAll() throws Exception {
    try (Socket socket = connect()) {
      long begun = System.nanoTime();
      byte[] request =
          ("GET /healthz HTTP/1.1\r\nX: " + "y".repeat(4_000)).getBytes(StandardCharsets.US_ASCII);
      CountDownLatch closed = new CountDownLatch(1);
      Thread reader =
          new Thread(
              () -> {
                try {
                  readToTheEnd(socket);
                } catch (IOException e) {
                  // Ended all the same.
                }
                closed.countDown();
              });
      reader.start();
      for (int sent = 0; sent < request.length && !closed.await(5, TimeUnit.MILLISECONDS); ) {
        try {
          socket.getOutputStream().write(request[sent++]);
        } catch (SocketException e) {
          break;
        }
      }
      reader.join(TIMEOUT_MILLIS);
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isBetween(PATIENCE.dividedBy(2), Duration.ofSeconds(15));
    }
  }

  @Test
  void aConnection_isUsedForSeveralRequestsAndClosedWhenIdle() throws Exception {
    try (Socket socket = connect()) {
      InputStream in = socket.getInputStream();
      for (int i = 0; i < 3; i++) {
        socket
            .getOutputStream()
            .write("GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        while (answer.indexOf("a_metric 1\n") < 0) {
          answer.append((char) in.read());
        }
        assertThat(answer).startsWith("HTTP/1.1 200 OK");
      }
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void connections_thatAreHeld_keepNobodyOut() throws Exception {
    door.close();
    door = open(Duration.ofMinutes(1));
    List<Socket> held = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        held.add(connect());
      }
      assertThat(HttpPage.get(uri("/healthz")).status()).isEqualTo(200);
      assertThat(held.get(0).getInputStream().read()).isEqualTo(-1);
    } finally {
      for (Socket socket : held) {
        socket.close();
      }
    }
  }

  @Test
  void requests_sentAllAtOnce_areNotCollected() throws Exception {
    String answers = exchange("GET /metrics HTTP/1.1\r\n\r\n".repeat(1_000));
    assertThat(answers.split("a_metric", -1)).hasSizeLessThan(10);
  }
}
