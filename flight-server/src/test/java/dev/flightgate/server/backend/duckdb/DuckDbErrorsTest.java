package dev.flightgate.server.backend.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kinds of failures that only DuckDB has. */
final class DuckDbErrorsTest {

  private final DuckDbFixture duckdb = new DuckDbFixture();

  @AfterEach
  void closeAll() {
    duckdb.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT error('read-only mode')               | INVALID_DATA",
        "SELECT * FROM range(1) a JOIN range(1) b USING (missing) | INVALID_SQL",
        "CHECKPOINT missing                           | NOT_FOUND",
        "EXECUTE missing                              | NOT_FOUND",
        "SET missing = 1                              | NOT_FOUND",
        "SELECT * FROM 's3://bucket/file.parquet'     | UNSUPPORTED",
        "ATTACH 'http://localhost/x.db' AS x          | UNSUPPORTED",
      })
  void failure_statement_hasItsKind(String sql, Kind kind) {
    DuckDbFixture.fails(kind, () -> duckdb.cells(sql));
  }

  @ParameterizedTest
  @CsvSource({
    "ATTACH '%s' AS x, not a valid DuckDB database",
    "INSTALL '%s', not a DuckDB extension",
    "FROM read_parquet('%s'), No magic bytes"
  })
  void failure_fileOfAnotherFormat_isInvalidData(String sql, String words, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "no database\n".repeat(1_000));
    assertThat(DuckDbFixture.fails(Kind.INVALID_DATA, () -> duckdb.cells(sql.formatted(file))))
        .hasMessageContaining(words);
  }

  @Test
  void failure_writeIntoReadOnlyDatabase_isPermissionDenied(@TempDir Path folder) {
    Path file = folder.resolve("f.db");
    duckdb.run(
        "ATTACH '" + file + "' AS f",
        "CREATE TABLE f.t(x INTEGER)",
        "DETACH f",
        "ATTACH '" + file + "' AS f (READ_ONLY)");
    DuckDbFixture.fails(Kind.PERMISSION_DENIED, () -> duckdb.run("INSERT INTO f.t VALUES (1)"));
    DuckDbFixture.fails(Kind.PERMISSION_DENIED, () -> duckdb.run("CREATE TABLE f.u(x INTEGER)"));
  }
}
