package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.flightgate.server.backend.BackendException.Kind;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Opening and closing of backends and sessions, and what they share. */
interface LifecycleContract extends ContractFixture {

  @Test
  default void info_backend_namesEngineAndVersion() {
    BackendInfo info = backend().info();
    assertThat(info.type()).isEqualTo(factory().type());
    assertThat(info.productName()).isNotBlank();
    assertThat(info.productVersion()).matches("\\d+\\.\\d+.*");
    assertThat(info.keywords()).isNotEmpty();
    assertThat(info.numericFunctions()).isNotEmpty();
    assertThat(info.stringFunctions()).isNotEmpty();
    assertThat(info.dateTimeFunctions()).isNotEmpty();
  }

  @Test
  default void open_folderMissing_isNotFound() {
    fails(Kind.NOT_FOUND, () -> open(options(location(folder().resolve("missing")), false, null)));
    assertThat(folder().resolve("missing")).doesNotExist();
  }

  @Test
  default void open_readOnlyFileMissing_isNotFoundAndMakesNone() throws IOException {
    Path empty = Files.createDirectory(folder().resolve("empty"));
    fails(Kind.NOT_FOUND, () -> open(options(location(empty), true, null)));
    assertThat(empty).isEmptyDirectory();
  }

  @Test
  default void open_fileCorrupt_isInvalidDataAndLeavesItAlone() throws IOException {
    Path corrupt = Files.createDirectory(folder().resolve("corrupt"));
    Path file = Path.of(location(corrupt));
    byte[] garbage = new byte[16_384];
    Arrays.fill(garbage, (byte) 0x5A);
    Files.write(file, garbage);
    fails(Kind.INVALID_DATA, () -> open(options(location(corrupt), false, null)));
    assertThat(file).hasBinaryContent(garbage);
    assertThat(openFilesIn(corrupt)).isEmpty();
  }

  @Test
  default void open_settingUnknown_isUnsupported() {
    BackendOptions options =
        new BackendOptions(
            "contract",
            BackendOptions.IN_MEMORY,
            false,
            allocator(),
            List.of(),
            null,
            Map.of("no.such.setting", "1"));
    BackendException failure = fails(Kind.UNSUPPORTED, () -> open(options));
    assertThat(failure).hasMessageContaining("no.such.setting");
  }

  @Test
  default void open_initialSql_runsBeforeTheFirstSession() {
    String sql = "CREATE TABLE a(x BIGINT); -- one; two\nINSERT INTO a VALUES (7);";
    Backend prepared = open(options(BackendOptions.IN_MEMORY, false, sql));
    BackendSession session = closing(prepared.openSession(context(false)));
    assertThat(rowsIn(session, "SELECT x FROM a")).isEqualTo(PrintedTable.of("x", "7"));
  }

  @Test
  default void open_initialSqlWrong_isInvalidSqlAndLeavesNothingOpen() throws IOException {
    Path fresh = Files.createDirectory(folder().resolve("fresh"));
    fails(Kind.INVALID_SQL, () -> open(options(location(fresh), false, "SELEC 1")));
    assertThat(openFilesIn(fresh)).isEmpty();
    open(options(location(fresh), false, "SELECT 1"));
  }

  @Test
  default void close_backend_releasesTheFileAndKeepsTheRows() throws IOException {
    Path own = Files.createDirectory(folder().resolve("own"));
    Backend first = open(options(location(own), false, null));
    BackendSession writer = first.openSession(context(false));
    runIn(writer, "CREATE TABLE a(x BIGINT)", "INSERT INTO a VALUES (1)");
    writer.close();
    first.close();
    first.close();
    assertThat(openFilesIn(own)).isEmpty();
    BackendSession again =
        closing(open(options(location(own), false, null)).openSession(context(false)));
    assertThat(rowsIn(again, "SELECT x FROM a")).isEqualTo(PrintedTable.of("x", "1"));
  }

  @Test
  default void openSession_catalogOrSchemaUnknown_isNotFound() {
    fails(Kind.NOT_FOUND, () -> closing(backend().openSession(contextOf("nowhere", null))));
    fails(Kind.NOT_FOUND, () -> closing(backend().openSession(contextOf(null, "nowhere"))));
  }

  @Test
  default void openSession_schemaNamed_isTheDefaultOfNames() {
    if (!can(Capability.SCHEMAS)) {
      return;
    }
    run("CREATE SCHEMA s", "CREATE TABLE s.a(x BIGINT)", "INSERT INTO s.a VALUES (1)");
    BackendSession inside = closing(backend().openSession(contextOf(null, "s")));
    assertThat(rowsIn(inside, "SELECT x FROM a")).isEqualTo(PrintedTable.of("x", "1"));
  }

  private SessionContext contextOf(@Nullable String catalog, @Nullable String schema) {
    return new SessionContext("contract", false, allocator(), catalog, schema, 65_536, 2_048);
  }

  @Test
  default void sessions_temporaryTables_areTheirOwn() {
    run("CREATE TEMPORARY TABLE mine(x BIGINT)", "INSERT INTO mine VALUES (1)");
    assertThat(rows("SELECT x FROM mine")).isEqualTo(PrintedTable.of("x", "1"));
    fails(Kind.NOT_FOUND, () -> prepareAndRun(openSession(), "SELECT x FROM mine"));
  }

  @Test
  default void sessions_inMemory_shareOneDatabaseOfTheirBackendOnly() {
    Backend memory = open(options(BackendOptions.IN_MEMORY, false, null));
    BackendSession first = closing(memory.openSession(context(false)));
    BackendSession second = closing(memory.openSession(context(false)));
    runIn(first, "CREATE TABLE a(x BIGINT)", "INSERT INTO a VALUES (1)");
    assertThat(rowsIn(second, "SELECT x FROM a")).isEqualTo(PrintedTable.of("x", "1"));
    first.close();
    second.close();
    BackendSession third = closing(memory.openSession(context(false)));
    assertThat(rowsIn(third, "SELECT x FROM a")).isEqualTo(PrintedTable.of("x", "1"));

    Backend other = open(options(BackendOptions.IN_MEMORY, false, null));
    BackendSession stranger = closing(other.openSession(context(false)));
    fails(Kind.NOT_FOUND, () -> prepareAndRun(stranger, "SELECT x FROM a"));
  }

  @Test
  default void readOnlyBackend_change_isPermissionDenied() throws IOException {
    Path own = Files.createDirectory(folder().resolve("own"));
    Backend writable = open(options(location(own), false, "CREATE TABLE a(x BIGINT)"));
    writable.close();
    Backend readOnly = open(options(location(own), true, null));
    assertRefusesChanges(closing(readOnly.openSession(context(false))));
  }

  @Test
  default void readOnlySession_change_isPermissionDeniedAndNobodyElseIsHindered() {
    run("CREATE TABLE a(x BIGINT)");
    BackendSession reader = closing(backend().openSession(context(true)));
    assertRefusesChanges(reader);
    assertThat(run("INSERT INTO a VALUES (1)")).isEqualTo(1);
    assertThat(rowsIn(reader, "SELECT x FROM a")).isEqualTo(PrintedTable.of("x", "1"));
  }

  private void assertRefusesChanges(BackendSession session) {
    for (String sql :
        List.of(
            "INSERT INTO a VALUES (1)",
            "DELETE FROM a",
            "CREATE TABLE b(x BIGINT)",
            "DROP TABLE a")) {
      fails(Kind.PERMISSION_DENIED, () -> prepareAndRun(session, sql));
    }
    try (GivenRows rows =
        new GivenRows(
            allocator(), GivenRows.schema("x", GivenRows.INT64), List.of(List.of(List.of(1))))) {
      for (IngestTarget.Mode mode : IngestTarget.Mode.values()) {
        String table = mode == IngestTarget.Mode.APPEND ? "a" : "b";
        fails(
            Kind.PERMISSION_DENIED,
            () -> session.ingest(new IngestTarget(null, null, table, mode, false), rows));
      }
    }
    assertThat(rowsIn(session, "SELECT x FROM a")).isEqualTo("x");
  }

  @Test
  default void close_session_endsStreamAndTransaction() {
    run("CREATE TABLE a(x BIGINT)");
    BackendSession leaver = openSession();
    leaver.begin();
    runIn(leaver, "INSERT INTO a VALUES (1)");
    PreparedQuery query = leaver.prepare(manyRows(1_000_000));
    BatchStream stream = query.openStream(Parameters.NONE, 0, allocator());
    assertThat(stream.next()).isTrue();
    leaver.close();
    leaver.close();
    assertThatCode(query::close).doesNotThrowAnyException();
    assertThatCode(stream::close).doesNotThrowAnyException();
    assertThatCode(leaver::cancel).doesNotThrowAnyException();
    assertThat(rows("SELECT x FROM a")).isEqualTo("x");
  }

  /** Which of the folder's files this process holds open; none where the system cannot tell. */
  private static List<Path> openFilesIn(Path folder) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(descriptors)) {
      Path real = folder.toRealPath();
      try (DirectoryStream<Path> links = Files.newDirectoryStream(descriptors)) {
        for (Path link : links) {
          target(link).filter(target -> target.startsWith(real)).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /** What a descriptor stands for; nothing if it has been closed meanwhile. */
  private static Optional<Path> target(Path link) throws IOException {
    try {
      return Optional.of(Files.readSymbolicLink(link));
    } catch (NoSuchFileException closedMeanwhile) {
      return Optional.empty();
    }
  }
}
