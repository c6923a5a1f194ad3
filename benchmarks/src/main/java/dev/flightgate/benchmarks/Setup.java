package dev.flightgate.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a benchmark is to run.
 *
 * @param benchmark its name
 * @param home the folder of the sources and builds
 * @param work an empty folder for files of databases
 * @param jvmFlags what every JVM needs
 * @param quick whether to take the short form: fewer repetitions, less data
 * @param recording whether servers record a JFR profile
 * @param steady how long a steady state is watched in the long form
 */
record Setup(
    String benchmark,
    Path home,
    Path work,
    List<String> jvmFlags,
    boolean quick,
    boolean recording,
    Duration steady) {

  /** Where results go. */
  Path target() {
    return home.resolve("benchmarks/target");
  }

  /** The flag that names the server's library for SQLite, if it was built: the launcher's too. */
  List<String> nativeCode() {
    Path library = home.resolve("flight-server/target/lib/libflightgate_sqlite.so");
    return Files.exists(library) ? List.of("-Dflightgate.sqlite.library=" + library) : List.of();
  }

  int repetitions() {
    return quick ? 3 : 5;
  }

  /** The one for the full form, or the other for the short form. */
  int pick(int full, int shortForm) {
    return quick ? shortForm : full;
  }

  /** The full amount, or its quarter for the short form. */
  long amount(long full) {
    return quick ? full / 4 : full;
  }
}
