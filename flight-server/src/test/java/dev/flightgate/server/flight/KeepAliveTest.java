package dev.flightgate.server.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.RunningGateway;
import java.io.DataInputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Connections of clients that are no longer there. */
class KeepAliveTest {

  /** HTTP/2 (RFC 9113): the client's preface and an empty SETTINGS frame. */
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private static final byte[] NO_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

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
      FlightDoor door = fixture.openDoor(new FlightDoor.Patience(tenth, tenth, tenth));
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

  @Test
  void theDoor_byDefault_waitsForLessThanAMinute() {
    assertThat(FlightDoor.Patience.DEFAULT.quiet().plus(FlightDoor.Patience.DEFAULT.answer()))
        .isLessThan(Duration.ofMinutes(1));
    assertThat(FlightDoor.Patience.DEFAULT.login()).isEqualTo(Duration.ofSeconds(20));
  }
}
