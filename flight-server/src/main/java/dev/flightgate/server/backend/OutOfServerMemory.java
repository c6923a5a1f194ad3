package dev.flightgate.server.backend;

import dev.flightgate.server.backend.BackendException.Kind;
import java.util.Optional;
import org.apache.arrow.memory.AllocationOutcomeDetails;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;

/** Tells the end of the process's memory from the limit of one query. Stateless. */
public final class OutOfServerMemory {

  private OutOfServerMemory() {}

  /** Whether the process had no memory for it, whatever limits it has itself. */
  public static boolean is(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return true;
    }
    return failure instanceof OutOfMemoryException arrow
        && (arrow.getCause() instanceof OutOfMemoryError || isRoots(arrow.getOutcomeDetails()));
  }

  private static boolean isRoots(Optional<AllocationOutcomeDetails> details) {
    return details
        .map(AllocationOutcomeDetails::getFailedAllocator)
        .filter(RootAllocator.class::isInstance)
        .isPresent();
  }

  /** What the client is told then. */
  public static BackendException explained(Throwable failure) {
    return new BackendException(
        Kind.EXHAUSTED,
        "the server has no memory left for data (JVM option -XX:MaxDirectMemorySize): try again"
            + " later",
        failure);
  }
}
