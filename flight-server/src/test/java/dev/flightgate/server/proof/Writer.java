package dev.flightgate.server.proof;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A client that writes one number after the other, each once, and remembers which of them the
 * server acknowledged. One thread at a time; others may count.
 */
final class Writer {

  private final String database;
  private final Way way;
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private long tried;
  private long refused;

  Writer(String database, Way way) {
    this.database = database;
    this.way = way;
  }

  /** Writes until the server is gone, which is a failure unless it is being ended. */
  void write(int port, BufferAllocator allocator, BooleanSupplier ending) throws Exception {
    try (ProofClient client = ProofClient.login(port, allocator, database)) {
      while (true) {
        long number = ++tried;
        try {
          way.write(client, allocator, number);
          acknowledged.add(number);
        } catch (FlightRuntimeException e) {
          if (ending.getAsBoolean()) {
            return;
          }
          if (!ProofClient.isConflict(e)) {
            throw e;
          }
          refused++;
        }
      }
    } catch (Exception e) {
      if (!ending.getAsBoolean()) {
        throw e;
      }
    }
  }

  /** What a server that was started again has other than it should. */
  List<String> wrong(ProofClient client) throws Exception {
    List<String> wrong = new ArrayList<>();
    Set<Long> missing = new HashSet<>(acknowledged);
    String found =
        "select number, count(*), count(distinct part) from " + way.table() + " group by number";
    for (long[] row : client.numbers(found)) {
      missing.remove(row[0]);
      if (row[1] != way.rows() || row[2] != way.rows()) {
        wrong.add(this + ": of " + row[0] + " there are " + row[1] + " rows, " + row[2] + " parts");
      }
      if (row[0] < 1 || row[0] > tried) {
        wrong.add(this + ": nobody wrote " + row[0]);
      }
    }
    if (!missing.isEmpty()) {
      wrong.add(this + ": acknowledged and not there: " + missing);
    }
    return wrong;
  }

  String database() {
    return database;
  }

  Way way() {
    return way;
  }

  int acknowledged() {
    return acknowledged.size();
  }

  /** How many more were on their way when a server ended, or met another writer. */
  long notAcknowledged() {
    return tried - acknowledged.size();
  }

  /** How many met another writer. */
  long refused() {
    return refused;
  }

  @Override
  public String toString() {
    return database + " " + way.table();
  }
}
