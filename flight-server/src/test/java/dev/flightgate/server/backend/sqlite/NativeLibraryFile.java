package dev.flightgate.server.backend.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The native library, compiled for the tests of this JVM. */
final class NativeLibraryFile {

  private static final long COMPILE_SECONDS = 60;

  private NativeLibraryFile() {}

  /** Compiles the library unless that is done; gives the test up where it cannot be used. */
  static synchronized void require() throws IOException, InterruptedException {
    if (System.getProperty(NativeLibrary.PROPERTY) == null) {
      Path folder = Files.createDirectories(Path.of("target", "native"));
      Path library =
          folder.resolve("libflightgate_sqlite-" + ProcessHandle.current().pid() + ".so");
      assumeThat(compiles(library)).as("there is a C compiler with sqlite3ext.h").isTrue();
      library.toFile().deleteOnExit();
      System.setProperty(NativeLibrary.PROPERTY, library.toAbsolutePath().toString());
    }
    assertThat(NativeLibrary.obstacle()).isNull();
  }

  private static boolean compiles(Path library) throws IOException, InterruptedException {
    Process build =
        new ProcessBuilder("src/main/c/build", library.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return build.waitFor(COMPILE_SECONDS, TimeUnit.SECONDS) && build.exitValue() == 0;
  }
}
