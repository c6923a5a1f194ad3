package dev.flightgate.server.backend;

/** Where NULL comes in ORDER BY if the statement does not say. */
public enum NullOrdering {
  /** As if larger than every value. */
  HIGH,
  /** As if smaller than every value. */
  LOW,
  /** First, ascending and descending. */
  AT_START,
  /** Last, ascending and descending. */
  AT_END
}
