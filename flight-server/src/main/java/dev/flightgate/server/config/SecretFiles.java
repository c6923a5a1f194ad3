package dev.flightgate.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Replaces {@code password-file} and {@code token-file} by the secret: the first line of the file,
 * so that secrets stay out of settings, command lines and {@code ps}.
 */
final class SecretFiles {

  private SecretFiles() {}

  static void resolve(ObjectNode settings) {
    resolve(settings.path("auth").path("users"), "auth.users", "password");
    resolve(settings.path("auth").path("tokens"), "auth.tokens", "token");
  }

  /** What is not shaped as it should be is left to the binder, which says so. */
  private static void resolve(JsonNode list, String path, String name) {
    for (int i = 0; list.isArray() && i < list.size(); i++) {
      if (list.get(i) instanceof ObjectNode entry && entry.has(name + "-file")) {
        String place = path + "[" + i + "]." + name + "-file";
        JsonNode file = entry.remove(name + "-file");
        Require.that(
            !entry.hasNonNull(name), place, "cannot be given together with \"" + name + "\"");
        Require.that(file.isTextual(), place, "must be a path");
        entry.put(name, firstLine(file.textValue(), place));
      }
    }
  }

  private static String firstLine(String file, String place) {
    try (BufferedReader reader = Files.newBufferedReader(Path.of(file))) {
      String line = reader.readLine();
      if (line == null || line.isEmpty()) {
        throw new ConfigException(place, "the first line of " + file + " is empty");
      }
      return line;
    } catch (IOException e) {
      throw new ConfigException(place, "cannot read " + file + FileProblem.of(e), e);
    } catch (InvalidPathException e) {
      throw new ConfigException(place, "is not a path: " + file, e);
    }
  }
}
