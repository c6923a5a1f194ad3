package dev.flightgate.server.flight;

import java.util.HashMap;
import java.util.Map;

/** How many of something there are: so many in all, and so many of each owner. Thread-safe. */
final class Places {

  /** What became of who wanted a place. */
  enum Entry {
    TAKEN,
    ALL_ARE_TAKEN,
    OWN_ARE_TAKEN
  }

  private final int max;
  private final int perOwnerMax;

  // Guarded by this.
  private final Map<String, Integer> taken = new HashMap<>();
  private int all;

  Places(int max, int perOwnerMax) {
    this.max = max;
    this.perOwnerMax = perOwnerMax;
  }

  /** Takes a place if there is one. */
  synchronized Entry enter(String owner) {
    int own = taken.getOrDefault(owner, 0);
    if (own >= perOwnerMax) {
      return Entry.OWN_ARE_TAKEN;
    }
    if (all >= max) {
      return Entry.ALL_ARE_TAKEN;
    }
    all++;
    taken.put(owner, own + 1);
    return Entry.TAKEN;
  }

  /** Gives a place back. */
  synchronized void leave(String owner) {
    all--;
    taken.computeIfPresent(owner, (who, own) -> own > 1 ? own - 1 : null);
  }
}
