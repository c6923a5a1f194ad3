package dev.flightgate.server.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plans of queries that a session has fetched, kept for a little while in case it sends the same
 * text again: planning takes longer than a small query. Thread-safe.
 */
final class KeptPlans {

  static final int PLANS_MAX = 4;

  private static final Duration IDLE_MAX = Duration.ofSeconds(30);
  private static final int TEXT_LENGTH_MAX = 16_384;

  private record Kept(Plan plan, long sinceNanos) {}

  // Guarded by this; the oldest first.
  private final Map<String, Kept> plans = new LinkedHashMap<>();
  private boolean closed;

  /** Takes the plan of that text, if it still holds; the caller owns it. */
  @Nullable Plan take(String sql, Plan.Stamp now) {
    Kept kept;
    synchronized (this) {
      kept = plans.remove(sql);
    }
    if (kept == null) {
      return null;
    }
    if (!kept.plan.stamp().equals(now)) {
      kept.plan.close();
      return null;
    }
    return kept.plan;
  }

  /** Keeps a plan that nobody uses any more, if it still holds and there is room. Owns it. */
  void give(String sql, Plan plan, Plan.Stamp now) {
    Plan excess = plan;
    synchronized (this) {
      if (!closed
          && sql.length() <= TEXT_LENGTH_MAX
          && plan.stamp().equals(now)
          && !plans.containsKey(sql)) {
        plans.put(sql, new Kept(plan, System.nanoTime()));
        excess = plans.size() > PLANS_MAX ? oldest() : null;
      }
    }
    if (excess != null) {
      excess.close();
    }
  }

  private Plan oldest() {
    Iterator<Kept> inOrder = plans.values().iterator();
    Plan oldest = inOrder.next().plan;
    inOrder.remove();
    return oldest;
  }

  /** Closes what nobody has asked for in a while. */
  void expire() {
    long now = System.nanoTime();
    List<Plan> old = new ArrayList<>();
    synchronized (this) {
      plans
          .values()
          .removeIf(kept -> now - kept.sinceNanos > IDLE_MAX.toNanos() && old.add(kept.plan));
    }
    old.forEach(Plan::close);
  }

  /** Closes all of them, and keeps no more. */
  void close() {
    List<Plan> last = new ArrayList<>();
    synchronized (this) {
      closed = true;
      plans.values().forEach(kept -> last.add(kept.plan));
      plans.clear();
    }
    last.forEach(Plan::close);
  }
}
