package dev.flightgate.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a figure depends on: the machine, its load, and the versions of everything that matters. */
final class Machine {

  private static final List<String> LIBRARIES =
      List.of(
          "flight-core", "flight-sql", "grpc-netty", "netty-buffer", "duckdb_jdbc", "sqlite-jdbc");

  private Machine() {}

  static Map<String, String> describe(Path home, boolean quick) throws IOException {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("processor", firstOf("/proc/cpuinfo", "model name"));
    machine.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    machine.put("memory", firstOf("/proc/meminfo", "MemTotal"));
    machine.put("load", Files.readString(Path.of("/proc/loadavg")).strip());
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    machine.put("libraries", libraries(home.resolve("flight-server/target/lib")));
    machine.put("revision", revision(home));
    machine.put("form", quick ? "quick" : "full");
    return machine;
  }

  private static String firstOf(String file, String key) throws IOException {
    return Files.readString(Path.of(file))
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  private static String libraries(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return String.join(
          " ",
          files
              .map(file -> file.getFileName().toString().replaceAll("\\.jar$", ""))
              .filter(name -> LIBRARIES.stream().anyMatch(l -> name.matches(l + "-\\d.*")))
              .sorted()
              .toList());
    }
  }

  private static String revision(Path home) {
    try {
      Process git =
          new ProcessBuilder("git", "-C", home.toString(), "describe", "--always", "--dirty")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try (var out = git.inputReader(StandardCharsets.UTF_8)) {
        String line = out.readLine();
        return line == null ? "unknown" : line;
      }
    } catch (IOException noGit) {
      return "unknown";
    }
  }
}
