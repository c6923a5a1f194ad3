package dev.flightgate.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines in files, none lost and none torn. */
class AuditFileTest {

  @TempDir Path folder;

  private Path path() {
    return folder.resolve("audit.jsonl");
  }

  private Path numbered(int number) {
    return folder.resolve("audit.jsonl." + number);
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void append(AuditFile file, int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      file.append(line("line " + i));
    }
  }

  private static List<String> lines(int from, int to) {
    List<String> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      lines.add("line " + i);
    }
    return lines;
  }

  @Test
  void append_beyondTheSize_beginsANewFileAndKeepsSoMany() throws Exception {
    try (AuditFile file = AuditFile.open(path(), 30, 3)) {
      append(file, 0, 10); // four lines of seven bytes in each
      assertThat(Files.readAllLines(path())).isEqualTo(lines(8, 10));
      assertThat(Files.readAllLines(numbered(1))).isEqualTo(lines(4, 8));
      assertThat(Files.readAllLines(numbered(2))).isEqualTo(lines(0, 4));
      file.append(line("a line that is longer than a file may be"));
      assertThat(path()).hasContent("a line that is longer than a file may be\n");
      assertThat(Files.readAllLines(numbered(1))).isEqualTo(lines(8, 10));
      assertThat(Files.readAllLines(numbered(2))).isEqualTo(lines(4, 8));
    }
    assertThat(folder.toFile().list()).hasSize(3);
  }

  @Test
  void files_areTheirOwnersAlone_alsoOneThatWasThere() throws Exception {
    Files.writeString(path(), "line 0\n");
    Files.setPosixFilePermissions(path(), PosixFilePermissions.fromString("rw-rw-rw-"));
    try (AuditFile file = AuditFile.open(path(), 10, 2)) {
      append(file, 1, 3);
      for (Path one : List.of(path(), numbered(1))) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void open_ofAFileThatWasThere_goesOnAfterItsLastLine() throws Exception {
    Files.writeString(path(), "line 0\nhalf a l");
    try (AuditFile file = AuditFile.open(path(), 1000, 2)) {
      append(file, 1, 2);
    }
    assertThat(path()).hasContent("line 0\nhalf a l\nline 1\n");
  }

  @Test
  void open_ofAFileInUse_isRefused() throws Exception {
    try (AuditFile file = AuditFile.open(path(), 10, 2)) {
      append(file, 0, 2);
      assertThatThrownBy(() -> AuditFile.open(path(), 10, 2))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another gateway writes to");
    }
    AuditFile.open(path(), 10, 2).close();
  }

  @Test
  void append_thatCannotBeginANewFile_isTriedAgainWithoutLoss() throws Exception {
    Path inTheWay = Files.createDirectories(numbered(2).resolve("full"));
    try (AuditFile file = AuditFile.open(path(), 8, 3)) {
      append(file, 0, 2);
      for (int attempt = 0; attempt < 3; attempt++) {
        assertThatThrownBy(() -> append(file, 2, 3)).isInstanceOf(FileSystemException.class);
      }
      Files.delete(inTheWay);
      append(file, 2, 3);
    }
    assertThat(path()).hasContent("line 2\n");
    assertThat(numbered(1)).hasContent("line 1\n");
    assertThat(numbered(2)).hasContent("line 0\n");
  }
}
