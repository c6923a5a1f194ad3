package dev.flightgate.server;

import com.sun.management.OperatingSystemMXBean;
import dev.flightgate.server.backend.BackendFactory;
import dev.flightgate.server.config.DirectMemory;
import java.lang.management.ManagementFactory;
import java.util.Collection;

/**
 * The memory that engines may take beside the JVM, so that all of them together leave the machine
 * some. In bytes; immutable.
 *
 * @param machine what the machine, or the container, has
 * @param jvm what the JVM may take of it for its heap and for batches
 */
record EngineMemory(long machine, long jvm) {

  /** As the JVM knows it, which on Linux knows the limits of its control group. */
  static EngineMemory ofThisMachine() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new EngineMemory(
        system == null ? 0 : system.getTotalMemorySize(),
        Runtime.getRuntime().maxMemory() + DirectMemory.max());
  }

  /**
   * What each database may take that takes memory: four fifths of what the JVM leaves, but of a
   * fourth of the machine at least, divided by their number; 0 if that is not known.
   */
  long share(Collection<BackendFactory> databases) {
    long takers = databases.stream().filter(BackendFactory::takesMemory).count();
    return takers == 0 ? 0 : Math.max(machine - jvm, machine / 4) / 5 * 4 / takers;
  }
}
