package dev.flightgate.server.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Why a file could not be read, in words: the JDK's messages are often just the path again. */
public final class FileProblem {

  private FileProblem() {}

  /** A reason to append to "cannot read FILE". */
  public static String of(IOException e) {
    if (e instanceof NoSuchFileException) {
      return ": no such file";
    }
    if (e instanceof AccessDeniedException) {
      return ": permission denied";
    }
    if (e instanceof CharacterCodingException) {
      return ": not UTF-8 text";
    }
    @Nullable String message = e.getMessage();
    return message == null ? "" : ": " + message.lines().findFirst().orElse("");
  }
}
