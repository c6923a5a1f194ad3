package dev.flightgate.server.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * What tells one version of some files from the next: their times, sizes and places on disk. Two
 * are equal if no file was written or replaced in between. To be taken before the files are read,
 * so that a change meanwhile is seen the next time.
 */
public record FileVersions(List<String> versions) {

  /** As the files are now; links are followed. */
  public static FileVersions of(List<Path> files) {
    return new FileVersions(files.stream().map(FileVersions::version).toList());
  }

  private static String version(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return now.lastModifiedTime() + " " + now.size() + " " + now.fileKey();
    } catch (IOException e) {
      return "unreadable: " + e;
    }
  }
}
