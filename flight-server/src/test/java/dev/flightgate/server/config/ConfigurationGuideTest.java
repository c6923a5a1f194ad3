package dev.flightgate.server.config;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.KebabCaseStrategy;
import dev.flightgate.server.config.GatewayConfig.OnFatalError;
import dev.flightgate.server.config.GatewayConfig.Secret;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The guide's table of settings says what the code does: names, flags, variables, defaults. */
final class ConfigurationGuideTest {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path GUIDE = PROJECT.resolve(Path.of("docs", "guide", "configuration.md"));
  private static final String PROCESSORS = "queries.running-max";

  /** Values that are not the default, for settings whose type alone does not give one. */
  private static final Map<String, String> VALUES =
      Map.of(
          "databases[].extensions", "httpfs",
          "flight.host", "localhost",
          "http.port", "8080",
          "flight.header-bytes-max", "128KiB",
          "queries.result-bytes-max", "2MiB",
          "audit.on-failure", "drop",
          "audit.text", "none",
          "log-format", "json");

  /** What else a setting needs to be accepted. */
  private static final Map<String, Map<String, String>> COMPANY =
      Map.of(
          "flight.tls.certificate", Map.of("FLIGHTGATE_TLS_KEY", "other.pem"),
          "flight.tls.key", Map.of("FLIGHTGATE_TLS_CERT", "other.pem"),
          "flight.tls.client-ca",
              Map.of("FLIGHTGATE_TLS_CERT", "other.pem", "FLIGHTGATE_TLS_KEY", "other.pem"),
          "auth.users[].name", Map.of("FLIGHTGATE_PASSWORD", "secret"),
          "auth.users[].password", Map.of("FLIGHTGATE_USER", "ann"),
          "auth.users[].password-file", Map.of("FLIGHTGATE_USER", "ann"));

  /** Read from files, and so no component of a record, with the setting that they become. */
  private static final Map<String, String> FILES =
      Map.of(
          "auth.users[].password-file", "auth.users[].password",
          "auth.tokens[].token-file", "auth.tokens[].token");

  /** What holds where an entry of a list, or of a group that may be left out, says nothing. */
  private static final Map<String, String> ELEMENTS =
      Map.ofEntries(
          Map.entry("flight.tls.client-identity", "none"),
          Map.entry("auth.users[].password-hash", "none"),
          Map.entry("auth.users[].roles", "writer"),
          Map.entry("auth.tokens[].sha256", "none"),
          Map.entry("auth.tokens[].expires", "none"),
          Map.entry("auth.tokens[].roles", "writer"),
          Map.entry("auth.roles[].grants[].database", "*"),
          Map.entry("auth.roles[].grants[].catalog", "*"),
          Map.entry("auth.roles[].grants[].schema", "*"),
          Map.entry("auth.roles[].grants[].table", "*"),
          Map.entry("auth.jwt[].user-claim", "sub"),
          Map.entry("auth.jwt[].roles-claim", "none"),
          Map.entry("auth.jwt[].clock-skew", "1m"),
          Map.entry("auth.oidc[].user-claim", "sub"),
          Map.entry("auth.oidc[].roles-claim", "none"),
          Map.entry("auth.oidc[].clock-skew", "1m"));

  @TempDir Path folder;

  /** A line of the table; empty texts where it says nothing. */
  record Row(String setting, String flag, String variable, String standard) {
    @Override
    public String toString() {
      return setting;
    }
  }

  static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String[] cells : table("| Setting | Flag | Variable |")) {
      rows.add(new Row(cells[1], cells[2], cells[3], cells[4]));
    }
    return rows;
  }

  private static List<String[]> table(String heading) throws IOException {
    return Files.readAllLines(GUIDE).stream()
        .dropWhile(line -> !line.startsWith(heading))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|", -1))
        .map(line -> Arrays.stream(line).map(c -> c.replace("`", "").strip()))
        .map(cells -> cells.toArray(String[]::new))
        .toList();
  }

  @Test
  void table_hasEverySettingOnceAndNoOther() throws IOException {
    List<String> settings = new ArrayList<>(FILES.keySet());
    settings.addAll(standards().keySet());
    assertThat(rows()).extracting(Row::setting).containsExactlyInAnyOrderElementsOf(settings);
  }

  @Test
  void tables_haveEveryFlagOnceAndNoOther() throws IOException {
    List<String> options =
        new CommandLine(new ServeOptions())
            .getCommandSpec().options().stream().map(OptionSpec::longestName).toList();
    Stream<String> ofSettings = rows().stream().map(Row::flag).filter(flag -> !flag.isEmpty());
    Stream<String> others = table("| Other flags |").stream().map(cells -> cells[1]);
    assertThat(Stream.concat(ofSettings, others)).containsExactlyInAnyOrderElementsOf(options);
  }

  @Test
  void table_hasTheDefaults() throws IOException {
    Map<String, String> standards = standards();
    for (Row row : rows()) {
      String expected = standards.getOrDefault(row.setting, "none");
      if (row.setting.equals(PROCESSORS)) {
        int processors = Runtime.getRuntime().availableProcessors();
        assertThat(row.standard).isEqualTo("16 or 4 × processors");
        assertThat(expected).isEqualTo(Integer.toString(Math.max(16, 4 * processors)));
      } else {
        assertThat(row.standard).as(row.setting).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void flagAndVariable_changeTheirSetting(Row row) throws IOException {
    String value = value(row.setting);
    String expected = FILES.containsKey(row.setting) ? "secret" : value;
    if (!row.flag.isEmpty()) {
      String flag = value.equals("true") ? row.flag : row.flag + "=" + value;
      assertThat(loaded(row, Map.of(), flag)).as(row.flag).isEqualTo(expected);
    }
    if (!row.variable.isEmpty()) {
      assertThat(loaded(row, Map.of(row.variable, value))).as(row.variable).isEqualTo(expected);
    }
    boolean list = row.setting.contains("[]") || row.setting.startsWith("flight.tls.");
    String variable = "FLIGHTGATE_" + row.setting.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    if (!list) {
      assertThat(loaded(row, Map.of(variable, value))).as(variable).isEqualTo(expected);
    }
  }

  @Test
  void exampleFile_isAccepted() throws IOException {
    String guide = Files.readString(GUIDE);
    int begin = guide.indexOf("```yaml\n") + "```yaml\n".length();
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(file, guide.substring(begin, guide.indexOf("```", begin)));
    Files.writeString(folder.resolve("ann"), "secret\n");

    GatewayConfig config =
        load(Map.of("SECRETS", folder.toString(), "REPORT_PASSWORD", "other"), "--config=" + file);

    assertThat(config.databases()).hasSize(2);
    assertThat(config.auth().users()).hasSize(2);
    assertThat(config.queries().timeout()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void readme_tableOfSettings_isAPartOfThisOne() throws IOException {
    List<String> guide = Files.readAllLines(GUIDE);
    assertThat(Files.readAllLines(PROJECT.resolve("README.md")))
        .filteredOn(line -> line.matches("\\| `[a-z.\\[\\]-]+` \\| (`--.*)?\\|.*"))
        .hasSizeGreaterThan(5)
        .allSatisfy(line -> assertThat(guide).contains(line));
  }

  private String value(String setting) throws IOException {
    String known = VALUES.get(setting);
    if (known != null) {
      return known;
    }
    if (FILES.containsKey(setting)) {
      return Files.writeString(folder.resolve("secret"), "secret\n").toString();
    }
    String standard = standards().getOrDefault(setting, "");
    if (standard.equals("false")) {
      return "true";
    }
    if (standard.matches("\\d+(ms|s|m|h|d)")) {
      return "7s";
    }
    if (standard.matches("\\d+[KM]iB")) {
      return "2MiB";
    }
    return standard.matches("\\d+") ? "77" : "something";
  }

  private static String loaded(Row row, Map<String, String> variables, String... flags) {
    Map<String, String> environment = new HashMap<>(COMPANY.getOrDefault(row.setting, Map.of()));
    environment.putAll(variables);
    Object at = load(environment, flags);
    for (String name : FILES.getOrDefault(row.setting, row.setting).split("\\.", -1)) {
      Object inside = component(requireNonNull(at), name.replace("[]", ""));
      at = name.endsWith("[]") ? ((List<?>) requireNonNull(inside)).get(0) : inside;
    }
    return text(at, row.setting);
  }

  private static GatewayConfig load(Map<String, String> variables, String... flags) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.put("HOME", "~");
    ServeOptions options = new ServeOptions();
    new CommandLine(options)
        .setDefaultValueProvider(new EnvironmentDefaults(environment))
        .parseArgs(flags);
    return new ConfigLoader(environment).load(options);
  }

  /** Every setting by its path, with its default as the table writes it. */
  private static Map<String, String> standards() {
    Map<String, String> standards = new TreeMap<>();
    collect(GatewayConfig.class, Defaults.config(Map.of("HOME", "~")), "", standards);
    return standards;
  }

  private static void collect(
      Class<?> type, @Nullable Object record, String path, Map<String, String> standards) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = path + kebab(component.getName());
      Class<?> element = element(component);
      if (element.isRecord() && element != Secret.class) {
        boolean list = Collection.class.isAssignableFrom(component.getType());
        Object inside =
            record == null || list ? null : component(record, kebab(component.getName()));
        collect(element, inside, name + (list ? "[]." : "."), standards);
      } else if (record != null) {
        standards.put(name, text(component(record, kebab(component.getName())), name));
      } else {
        standards.put(name, ELEMENTS.getOrDefault(name, standardOfElement(component)));
      }
    }
  }

  /** The default of what stands in a list or may be left out as a whole. */
  private static String standardOfElement(RecordComponent component) {
    if (component.getType() == boolean.class) {
      return "false";
    }
    if (component.getType() == OnFatalError.class) {
      return "reopen";
    }
    boolean empty = component.getType() == List.class || component.getType() == Map.class;
    return empty || component.getType() == Path.class ? "none" : "required";
  }

  private static Class<?> element(RecordComponent component) {
    return component.getType() == List.class
            && component.getGenericType() instanceof ParameterizedType list
        ? (Class<?>) list.getActualTypeArguments()[0]
        : component.getType();
  }

  private static @Nullable Object component(Object record, String name) {
    RecordComponent found =
        Arrays.stream(record.getClass().getRecordComponents())
            .filter(component -> kebab(component.getName()).equals(name))
            .findFirst()
            .orElseThrow();
    try {
      return found.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  private static String kebab(String name) {
    return new KebabCaseStrategy().translate(name);
  }

  private static String text(@Nullable Object value, String setting) {
    if (value == null) {
      return "none";
    } else if (value instanceof Duration duration) {
      return Span.format(duration);
    } else if (value instanceof Number bytes && setting.matches(".*bytes(-max)?")) {
      return Size.format(bytes.longValue());
    } else if (value instanceof Secret secret) {
      return secret.value();
    } else if (value instanceof List<?> list) {
      return list.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
    return value instanceof Enum<?> ? value.toString().toLowerCase(Locale.ROOT) : value.toString();
  }
}
