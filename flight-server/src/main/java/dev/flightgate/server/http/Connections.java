package dev.flightgate.server.http;

import io.netty.channel.Channel;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The connections of the door, so many at most: a further one takes the place of the one that has
 * done nothing for longest, so that nobody can keep a probe out by holding connections. Used by the
 * one thread that serves them all.
 */
final class Connections {

  private final int max;

  /** The one that has done nothing for longest comes first. */
  private final Set<Channel> open = new LinkedHashSet<>();

  Connections(int max) {
    this.max = max;
  }

  void opened(Channel connection) {
    if (open.size() >= max) {
      Iterator<Channel> iterator = open.iterator();
      Channel idle = iterator.next();
      iterator.remove();
      var unused = idle.close();
    }
    open.add(connection);
  }

  /** Says that a request of the connection has just come whole. */
  void used(Channel connection) {
    if (open.remove(connection)) {
      open.add(connection);
    }
  }

  void closed(Channel connection) {
    open.remove(connection);
  }
}
