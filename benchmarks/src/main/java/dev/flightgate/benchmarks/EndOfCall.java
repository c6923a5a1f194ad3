package dev.flightgate.benchmarks;

import java.util.Locale;

/** How a call can end before its result does. */
enum EndOfCall {
  /** CancelFlightInfo, over the same connection. */
  REQUEST,
  /** The client cancels the call. */
  CANCEL,
  /** The connection is closed with the call open. */
  DISCONNECT,
  /** The deadline that the client gave its call. */
  DEADLINE;

  String title() {
    return name().toLowerCase(Locale.ROOT);
  }
}
