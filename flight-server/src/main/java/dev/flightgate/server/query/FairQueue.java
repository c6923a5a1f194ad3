package dev.flightgate.server.query;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for its turn: users take turns, and of what is one user's the first to come is the
 * first served. So who has much waiting makes another wait behind one thing of it, not behind all.
 * One thread at a time.
 */
final class FairQueue<T> {

  // The user whose turn is next comes first.
  private final Map<String, Deque<T>> users = new LinkedHashMap<>();

  void add(String user, T item) {
    users.computeIfAbsent(user, u -> new ArrayDeque<>(1)).addLast(item);
  }

  /** Takes what is next; null if nothing waits. */
  @Nullable T poll() {
    if (users.isEmpty()) {
      return null;
    }
    Map.Entry<String, Deque<T>> next = users.entrySet().iterator().next();
    String user = next.getKey();
    Deque<T> items = next.getValue();
    users.remove(user);
    T item = items.removeFirst();
    if (!items.isEmpty()) {
      users.put(user, items); // behind the others
    }
    return item;
  }

  /** Takes back what one user added; false if it does not wait any more. */
  boolean remove(String user, T item) {
    Deque<T> items = users.get(user);
    if (items == null || !items.remove(item)) {
      return false;
    }
    if (items.isEmpty()) {
      users.remove(user);
    }
    return true;
  }

  boolean isEmpty() {
    return users.isEmpty();
  }
}
