package dev.flightgate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Room for lines that cannot be written yet. */
class AuditQueueTest {

  @TempDir Path folder;

  private static byte[] line(int bytes) {
    return ("x".repeat(bytes - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void lines_withoutRoom_areLostAndCountedWhereTheyAreMissing() throws Exception {
    Path path = folder.resolve("audit.jsonl");
    // A new file cannot be begun, as the last but one cannot take the place of the last.
    Files.createFile(folder.resolve("audit.jsonl.8"));
    Path inTheWay = Files.createDirectories(folder.resolve("audit.jsonl.9").resolve("full"));
    Files.writeString(path, "first\n");
    int large = 16 << 20;
    try (AuditQueue queue = new AuditQueue(AuditFile.open(path, 7, 10))) {
      assertThat(AuditQueue.room(large)).isLessThan(AuditQueue.ROOM);
      queue.addIfRoom(line(large));
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> queue.failure() != null);
      queue.addIfRoom(line(large));
      queue.addIfRoom(line(large));
      assertThat(queue.reserve(AuditQueue.ROOM)).isFalse();
      Files.delete(inTheWay);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                boolean all = queue.reserve(AuditQueue.ROOM);
                if (all) {
                  queue.release(AuditQueue.ROOM);
                }
                return all;
              });
      assertThat(queue.failure()).isNull();
    }
    List<String> lost;
    try (var files = Files.list(folder)) {
      lost =
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.toFile().length() < 1000)
              .map(AuditQueueTest::read)
              .filter(text -> text.contains("\"lost\""))
              .toList();
    }
    assertThat(lost).hasSize(1);
    assertThat(lost.get(0)).contains("\"records\":2");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
