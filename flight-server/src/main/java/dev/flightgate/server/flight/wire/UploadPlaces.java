package dev.flightgate.server.flight.wire;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many uploads are under way: so many in all, and half of them of one user. Thread-safe. */
public final class UploadPlaces {

  private final int max;
  private final int perUserMax;

  // Guarded by this.
  private final Map<Object, Integer> uploads = new HashMap<>();
  private int all;

  /**
   * @param max how many uploads may be under way at the same time
   */
  public UploadPlaces(int max) {
    this.max = max;
    this.perUserMax = Math.max(1, max / 2);
  }

  /** Takes a place; if there is none, what the client is told. */
  synchronized @Nullable String enter(Object user) {
    int own = uploads.getOrDefault(user, 0);
    if (all >= max || own >= perUserMax) {
      return (all >= max ? all + " uploads are" : own + " uploads of this user are")
          + " under way (settings queries.running-max, queue-max)";
    }
    all++;
    uploads.put(user, own + 1);
    return null;
  }

  /** Gives a place back. */
  synchronized void leave(Object user) {
    all--;
    uploads.computeIfPresent(user, (who, own) -> own > 1 ? own - 1 : null);
  }
}
