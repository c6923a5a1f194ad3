package dev.flightgate.server.backend.sqlite;

import dev.flightgate.server.backend.BackendException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Lends connections to sessions and keeps a few clean ones, because opening one and reading its
 * schema costs more than a small query. Thread-safe.
 *
 * <p>A borrowed connection belongs to the borrower until it is given back.
 */
final class ConnectionPool implements AutoCloseable {

  private static final int IDLE_MAX = 8;

  private final DatabaseFile file;
  private final SqliteSettings settings;
  private final List<Path> extensions;
  private final Deque<EngineConnection> idleWriting = new ArrayDeque<>();
  private final Deque<EngineConnection> idleReading = new ArrayDeque<>();
  private boolean closed;

  ConnectionPool(DatabaseFile file, SqliteSettings settings, List<Path> extensions) {
    this.file = file;
    this.settings = settings;
    this.extensions = List.copyOf(extensions);
  }

  /** A clean connection: an idle one, or a new one to the file, which must exist. */
  EngineConnection borrow(boolean readOnly) {
    synchronized (this) {
      EngineConnection idle = idle(readOnly).pollFirst();
      if (idle != null) {
        return idle;
      }
    }
    try {
      return EngineConnection.open(file, readOnly, false, settings, extensions);
    } catch (SQLException e) {
      throw SqliteErrors.translate(e);
    }
  }

  /** Takes a connection back, in no transaction and with every statement closed. */
  void giveBack(EngineConnection connection) {
    connection.clearCancel();
    synchronized (this) {
      Deque<EngineConnection> idle = idle(connection.readOnly());
      if (!closed && connection.reusable() && idle.size() < IDLE_MAX) {
        idle.addFirst(connection);
        return;
      }
    }
    connection.close();
  }

  private Deque<EngineConnection> idle(boolean readOnly) {
    return readOnly ? idleReading : idleWriting;
  }

  /** Closes what is idle, readers first, so that a writer cleans the log up; idempotent. */
  @Override
  public void close() {
    List<EngineConnection> open;
    synchronized (this) {
      closed = true;
      open = new ArrayList<>(idleReading);
      open.addAll(idleWriting);
      idleReading.clear();
      idleWriting.clear();
    }
    BackendException failure = null;
    for (EngineConnection connection : open) {
      try {
        connection.close();
      } catch (BackendException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
