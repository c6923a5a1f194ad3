package dev.flightgate.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** The guide's page of promises to clients names tests that there are. */
class ClientsGuideTest {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path TESTS = Path.of("src", "test", "java");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final Pattern FOLDER = Pattern.compile("`(examples/[\\w/-]+)`");

  private static List<String> guide() throws IOException {
    return Files.readAllLines(PROJECT.resolve(Path.of("docs", "guide", "clients.md")));
  }

  /** The files with tests of all modules, by the name of their class. */
  private static Map<String, Path> testFiles() throws IOException {
    Map<String, Path> files = new TreeMap<>();
    try (Stream<Path> modules = Files.list(PROJECT)) {
      for (Path sources : modules.map(m -> m.resolve(TESTS)).filter(Files::isDirectory).toList()) {
        try (Stream<Path> all = Files.walk(sources)) {
          all.filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("package-info.java"))
              .forEach(file -> files.put(file.getFileName().toString().replace(".java", ""), file));
        }
      }
    }
    return files;
  }

  private static boolean isTest(Path file, String method) throws Exception {
    Path here = PROJECT.resolve("flight-server").resolve(TESTS);
    if (!file.startsWith(here)) {
      return Files.readString(file).contains(" void " + method + "(");
    }
    String name = here.relativize(file).toString().replaceAll("\\.java$", "");
    for (Method candidate :
        Class.forName(name.replace(file.getFileSystem().getSeparator(), "."))
            .getDeclaredMethods()) {
      if (candidate.getName().equals(method)
          && AnnotationSupport.isAnnotated(candidate, Testable.class)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void tests_thatThePageNames_exist() throws Exception {
    Map<String, Path> files = testFiles();
    for (String line : guide()) {
      for (MatchResult named : NAMED.matcher(line).results().toList()) {
        assertThat(files).as(line).containsKey(named.group(1));
        assertThat(isTest(files.get(named.group(1)), named.group(2)))
            .as("%s is a test", named.group())
            .isTrue();
      }
    }
  }

  @Test
  void promises_ofThePage_eachHaveATest() throws Exception {
    List<String> promises =
        guide().stream()
            .filter(line -> line.startsWith("| "))
            .filter(line -> !line.endsWith("| Tests |"))
            .toList();
    assertThat(promises)
        .hasSizeGreaterThan(50)
        .allSatisfy(promise -> assertThat(NAMED.matcher(promise).find()).isTrue());
  }

  @Test
  void folders_thatThePageNames_exist() throws Exception {
    for (String line : guide()) {
      for (MatchResult named : FOLDER.matcher(line).results().toList()) {
        assertThat(PROJECT.resolve(named.group(1))).exists();
      }
    }
  }
}
