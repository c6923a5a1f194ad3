package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signs of life: of clients that are no longer there, and of those that give many. */
class KeepAliveTest {

  /** HTTP/2 (RFC 9113): the client's preface and an empty SETTINGS frame. */
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private static final byte[] NO_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};
  private static final byte[] PING = {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
  private static final int PINGS = 6;

  /** Reads until the connection ends, answering nothing; whether a PING came. */
  private static boolean endsAfterPing(Socket connection) throws Exception {
    boolean pinged = false;
    DataInputStream frames = new DataInputStream(connection.getInputStream());
    for (int first = frames.read(); first >= 0; first = frames.read()) {
      int length = first << 16 | frames.readUnsignedShort();
      int type = frames.readUnsignedByte();
      frames.skipNBytes(5 + length);
      pinged |= type == 6;
    }
    return pinged;
  }

  @Test
  void aConnection_thatGivesNoSignOfLife_isAskedForOneAndClosed() throws Exception {
    Duration tenth = Duration.ofMillis(100);
    try (DoorFixture fixture = new DoorFixture(RunningGateway.builder().config())) {
      FlightDoor door = fixture.openDoor(new FlightDoor.Patience(tenth, tenth, tenth, tenth));
      try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
        connection.setSoTimeout(20_000);
        OutputStream out = connection.getOutputStream();
        out.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        out.write(NO_SETTINGS);
        out.flush();
        assertThat(endsAfterPing(connection)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"PT0S, false", "PT1H, true"})
  void pings_withoutACall_endTheConnectionOnlyIfTheyComeTooOften(Duration pings, boolean ends)
      throws Exception {
    Duration minute = Duration.ofMinutes(1);
    try (DoorFixture fixture = new DoorFixture(RunningGateway.builder().config())) {
      FlightDoor door = fixture.openDoor(new FlightDoor.Patience(minute, minute, minute, pings));
      try (Socket connection = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
        connection.setSoTimeout(20_000);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        frames.write(NO_SETTINGS);
        for (int i = 0; i < PINGS; i++) {
          frames.write(PING);
        }
        // At once: the gateway may close the connection while some are still to be written.
        connection.getOutputStream().write(frames.toByteArray());
        assertThat(isEnded(connection)).isEqualTo(ends);
      }
    }
  }

  /**
   * Whether GOAWAY, or the end that follows it and may get ahead of it, comes before the answer to
   * the last ping.
   */
  private static boolean isEnded(Socket connection) throws IOException {
    try {
      return isToldToGo(new DataInputStream(connection.getInputStream()));
    } catch (SocketException | EOFException e) {
      return true;
    }
  }

  private static boolean isToldToGo(DataInputStream frames) throws IOException {
    int answered = 0;
    while (answered < PINGS) {
      int length = frames.readUnsignedByte() << 16 | frames.readUnsignedShort();
      int type = frames.readUnsignedByte();
      int flags = frames.readUnsignedByte();
      frames.skipNBytes(4 + length);
      if (type == 7) {
        return true;
      }
      if (type == 6 && flags == 1) {
        answered++;
      }
    }
    return false;
  }

  @Test
  void theDoor_byDefault_waitsForLessThanAMinute() {
    assertThat(FlightDoor.Patience.DEFAULT.quiet().plus(FlightDoor.Patience.DEFAULT.answer()))
        .isLessThan(Duration.ofMinutes(1));
    assertThat(FlightDoor.Patience.DEFAULT.pings())
        .as("clients ping every 30 s")
        .isLessThan(Duration.ofSeconds(30));
    assertThat(FlightDoor.Patience.DEFAULT.login()).isEqualTo(Duration.ofSeconds(20));
  }
}
