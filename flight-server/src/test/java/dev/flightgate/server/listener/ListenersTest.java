package dev.flightgate.server.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Ends are told when nothing can be told any more of what ends. */
final class ListenersTest {

  private final List<String> told = new ArrayList<>();

  private final GatewayListener listener =
      new GatewayListener() {
        @Override
        public void connected(ClientConnection connection) {
          told.add("connected");
        }

        @Override
        public void callBegan(ClientCall call) {
          told.add("began");
        }

        @Override
        public void callEnded(ClientCall call, CallEnd end) {
          told.add("ended " + end.status());
        }

        @Override
        public void disconnected(ClientConnection connection) {
          told.add("disconnected");
        }

        @Override
        public void close() {
          told.add("closed");
        }
      };

  private final Listeners listeners = Listeners.of(List.of(listener));

  @Test
  void theEnd_isToldWhenTheLastHasLeft() {
    ConnectionEvents connection = listeners.connected("here");
    CallEvents call = connection.call("a-1", "S/M", Map.of());
    assertThat(call.enter()).isTrue();

    connection.closed();
    call.closed("CANCELLED", "gone");
    call.closed("OK", "");
    call.leave();
    assertThat(told).containsExactly("connected", "began");
    call.leave();

    assertThat(told).containsExactly("connected", "began", "ended CANCELLED", "disconnected");
    assertThat(call.enter()).isFalse();
    call.leave();
    call.responding((name, value) -> {});
    assertThat(told).hasSize(4);
  }

  @Test
  void aCall_thatComesAfterItsConnectionsEnd_isNotTold() {
    ConnectionEvents connection = listeners.connected("here");
    connection.closed();

    assertThat(connection.call("a-1", "S/M", Map.of()).isTold()).isFalse();
    assertThat(told).containsExactly("connected", "disconnected");
  }

  @Test
  void close_closesOnlyWhatWasGiven() {
    Listeners others = Listeners.of(List.of());

    others.after(List.of(listener)).connected("here");
    others.close();
    assertThat(told).containsExactly("connected");
    listeners.close();
    assertThat(told).containsExactly("connected", "closed");
  }

  @Test
  void whatTheJvmGivesUpWith_passesThrough() {
    GatewayListener dying =
        new GatewayListener() {
          @Override
          public void connected(ClientConnection connection) {
            throw new InternalError("of the JVM");
          }
        };

    assertThatThrownBy(() -> Listeners.of(List.of(dying)).connected("here"))
        .isInstanceOf(InternalError.class);
  }
}
