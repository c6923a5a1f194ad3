package dev.flightgate.server;

import dev.flightgate.server.flight.FlightDoor;
import dev.flightgate.server.health.Probes;
import dev.flightgate.server.health.Readiness;
import dev.flightgate.server.metrics.Metrics;
import dev.flightgate.server.metrics.Metrics.Level;
import dev.flightgate.server.metrics.Metrics.Total;
import dev.flightgate.server.query.QueryService;
import dev.flightgate.server.session.SessionRegistry;
import org.apache.arrow.memory.BufferAllocator;

/** Connects the parts of a gateway with its metrics, as they come to be. Thread-safe. */
final class Measures implements AutoCloseable {

  private final Metrics metrics = new Metrics(Main.version());

  Measures(Readiness readiness) {
    metrics.readiness(readiness);
  }

  /** From now on the parts are measured. */
  void bind(FlightDoor.Parts parts, BufferAllocator memory, Probes probes) {
    SessionRegistry sessions = parts.sessions();
    QueryService queries = parts.queries();
    metrics.count(Level.SESSIONS, sessions::size);
    metrics.count(Level.TRANSACTIONS, sessions::transactions);
    metrics.count(Level.CALLS, queries::active);
    metrics.count(Level.RUNNING, () -> queries.statements().running().size());
    metrics.count(Level.QUEUED_STATEMENTS, () -> queries.queued().statements());
    metrics.count(Level.QUEUED_TRANSACTIONS, () -> queries.queued().ofTransactions());
    metrics.count(Level.QUEUED_RESULTS, () -> queries.queued().results());
    metrics.count(Level.ALLOCATED, memory::getAllocatedMemory);
    metrics.count(Level.ALLOCATED_MAX, memory::getLimit);
    metrics.total(Total.LOGIN_FAILURES, parts.login()::refusals);
    parts.databases().keySet().forEach(name -> metrics.engine(name, () -> probes.gauges(name)));
    queries.statements().listen(metrics.statements());
  }

  String scrape() {
    return metrics.scrape();
  }

  @Override
  public void close() {
    metrics.close();
  }
}
