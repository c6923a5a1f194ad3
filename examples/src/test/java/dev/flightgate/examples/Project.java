package dev.flightgate.examples;

import java.nio.file.Path;

/** Where this project's files are. */
final class Project {

  private Project() {}

  /** The folder of README.md; the working folder's parent where Maven does not say. */
  static Path root() {
    return Path.of(System.getProperty("flightgate.project", "..")).toAbsolutePath().normalize();
  }
}
