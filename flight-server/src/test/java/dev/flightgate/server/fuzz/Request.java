package dev.flightgate.server.fuzz;

import com.google.protobuf.Message;
import java.util.List;

/** A request as it should be: a method of Flight, and the bytes of its messages. */
record Request(String method, List<byte[]> messages) {
  static Request of(String method, Message message) {
    return new Request(method, List.of(message.toByteArray()));
  }
}
