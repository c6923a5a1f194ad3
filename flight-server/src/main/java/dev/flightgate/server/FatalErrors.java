package dev.flightgate.server;

import dev.flightgate.server.backend.BackendException;
import dev.flightgate.server.config.GatewayConfig.OnFatalError;
import dev.flightgate.server.health.Readiness;
import dev.flightgate.server.session.Database;
import dev.flightgate.server.session.SessionRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done when an engine gives a database up after an error of its own: what the database's
 * {@code on-fatal-error} says. Thread-safe.
 */
final class FatalErrors {

  private static final Logger log = LoggerFactory.getLogger(FatalErrors.class);

  /** How long what used the database may take to notice that it is closed. */
  private static final Duration FREEING = Duration.ofSeconds(10);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int WORDS_MAX = 1_000;

  private final Map<String, OnFatalError> settings;
  private final Databases databases;
  private final SessionRegistry sessions;
  private final Readiness readiness;
  private final Consumer<String> exit;
  private final Set<String> lost = ConcurrentHashMap.newKeySet();

  /**
   * @param settings of each database, by name
   * @param exit ends the gateway for the reason given; must not block
   */
  FatalErrors(
      Map<String, OnFatalError> settings,
      Databases databases,
      SessionRegistry sessions,
      Readiness readiness,
      Consumer<String> exit) {
    this.settings = Map.copyOf(settings);
    this.databases = databases;
    this.sessions = sessions;
    this.readiness = readiness;
    this.exit = exit;
  }

  /**
   * Called with every failure of the lost database, one after the other, until it is open again.
   */
  void handle(Database database, BackendException failure) {
    OnFatalError action = settings.getOrDefault(database.name(), OnFatalError.STAY);
    readiness.lost(database.name(), action == OnFatalError.REOPEN);
    boolean first = lost.add(database.name());
    if (first) {
      log.error(
          "database {} was given up by its engine (databases[].on-fatal-error is {}): {}",
          database.name(),
          action,
          words(failure));
    }
    switch (action) {
      case REOPEN -> reopen(database, first);
      case EXIT -> {
        if (first) {
          exit.accept("database " + database.name() + " was given up by its engine");
        }
      }
      case STAY -> {}
    }
  }

  private void reopen(Database database, boolean first) {
    database.suspend();
    sessions.closeAllOf(database);
    long deadline = System.nanoTime() + FREEING.toNanos();
    // As long as one connection is open, engines give the same, lost database to whoever opens it.
    while (!sessions.isFreed(database) && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    try {
      databases.reopen(database);
    } catch (BackendException e) {
      if (first) {
        log.error(
            "database {} cannot be opened again, which is tried every few seconds: {}",
            database.name(),
            words(e));
      }
      return;
    }
    lost.remove(database.name());
    log.info("database {} is open again, and the sessions in it are closed", database.name());
  }

  private static String words(BackendException failure) {
    String words = String.valueOf(failure.getMessage());
    return words.length() > WORDS_MAX ? words.substring(0, WORDS_MAX) + " …" : words;
  }
}
