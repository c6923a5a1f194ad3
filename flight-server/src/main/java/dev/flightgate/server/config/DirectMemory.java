package dev.flightgate.server.config;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/** How much memory outside of its heap the JVM may have. Stateless. */
public final class DirectMemory {

  private DirectMemory() {}

  /**
   * The bytes that batches may take: three quarters, so that there is some left to send and receive
   * with, whatever batches take.
   */
  public static long forBatches() {
    long max = max();
    return max - max / 4;
  }

  /** The option -XX:MaxDirectMemorySize; without it, as much as the heap. */
  public static long max() {
    HotSpotDiagnosticMXBean jvm =
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    long option =
        jvm == null ? 0 : Long.parseLong(jvm.getVMOption("MaxDirectMemorySize").getValue());
    return option > 0 ? option : Runtime.getRuntime().maxMemory();
  }
}
