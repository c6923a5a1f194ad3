package dev.flightgate.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of a process in /proc. */
record ProcessFigures(long pid) {

  /** Ticks of /proc/PID/stat: USER_HZ, which every Linux has at 100. */
  private static final double TICKS_PER_SECOND = 100;

  static ProcessFigures own() {
    return new ProcessFigures(ProcessHandle.current().pid());
  }

  /** CPU seconds used so far, in user and kernel mode, by all threads. */
  double cpuSeconds() {
    String stat = read("stat");
    // The second field is the name in brackets, which may hold anything.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** Resident memory, in bytes. */
  long residentBytes() {
    return bytes("VmRSS:");
  }

  /** The most memory that was ever resident, in bytes. */
  long residentBytesMax() {
    return bytes("VmHWM:");
  }

  private long bytes(String key) {
    return read("status")
            .lines()
            .filter(line -> line.startsWith(key))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow()
        * 1024;
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
