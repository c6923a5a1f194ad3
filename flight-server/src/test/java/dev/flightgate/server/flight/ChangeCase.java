package dev.flightgate.server.flight;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A change, the way in which it is sent, and what surrounds it.
 *
 * @param senderGone whether the sender's connection is closed before the ticket is read
 */
record ChangeCase(ChangingForm form, Way way, Around around, boolean senderGone) {

  /** How the statement is sent. */
  enum Way {
    QUERY,
    POLL,
    UPDATE,
    PREPARED_QUERY,
    PREPARED_UPDATE;

    boolean isUpdate() {
      return this == UPDATE || this == PREPARED_UPDATE;
    }

    boolean isPrepared() {
      return this == PREPARED_QUERY || this == PREPARED_UPDATE;
    }
  }

  /** What surrounds it. */
  enum Around {
    NOTHING,
    FLIGHT_COMMIT,
    FLIGHT_ROLLBACK,
    TEXT_COMMIT,
    TEXT_ROLLBACK;

    boolean isFlight() {
      return this == FLIGHT_COMMIT || this == FLIGHT_ROLLBACK;
    }

    boolean isText() {
      return this == TEXT_COMMIT || this == TEXT_ROLLBACK;
    }

    boolean undoes() {
      return this == FLIGHT_ROLLBACK || this == TEXT_ROLLBACK;
    }
  }

  /** All of the form's cases; of those in transactions every second one, to save time. */
  static Stream<ChangeCase> of(ChangingForm form) {
    List<ChangeCase> cases = new ArrayList<>();
    int turn = form.sql().length();
    for (Way way : Way.values()) {
      if (!form.bound().isEmpty() && !way.isPrepared()) {
        continue;
      }
      for (Around around : Around.values()) {
        turn++;
        if (around == Around.NOTHING || turn % 2 == 0) {
          cases.add(new ChangeCase(form, way, around, false));
        }
      }
      if (!way.isUpdate()) {
        cases.add(new ChangeCase(form, way, Around.NOTHING, true));
      }
    }
    return cases.stream();
  }

  @Override
  public String toString() {
    return form + ", " + way + ", in " + around + (senderGone ? ", sender gone" : "");
  }
}
