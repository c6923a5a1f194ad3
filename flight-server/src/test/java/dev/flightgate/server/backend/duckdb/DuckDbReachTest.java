package dev.flightgate.server.backend.duckdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.backend.BackendSession;
import dev.flightgate.server.backend.Parameters;
import dev.flightgate.server.backend.Touch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What statements reach on DuckDB beyond the tables of the database, told before they run. */
final class DuckDbReachTest {

  @TempDir private static Path folder;
  private static DuckDbFixture duckdb;
  private static BackendSession reader;

  @BeforeAll
  static void open() throws IOException {
    Files.writeString(folder.resolve("secret.csv"), "a,b\n1,password\n");
    duckdb = new DuckDbFixture();
    duckdb.run(
        "CREATE TABLE t(x INTEGER, y VARCHAR)",
        "INSERT INTO t VALUES (1, 'a.csv')",
        "CREATE TABLE \"t.csv\"(x INTEGER)",
        "CREATE SCHEMA s",
        "CREATE TABLE s.json(x INTEGER)",
        "CREATE VIEW given AS FROM '" + folder + "/secret.csv'",
        "CREATE MACRO query_of(x) AS x");
    reader = duckdb.reader();
  }

  @AfterAll
  static void close() {
    reader.close();
    duckdb.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM read_text('%s/secret.csv')",
        "FROM glob\u200B('%s/*')",
        "SELECT json_serialize_plan('SELECT zz FROM read_csv(''%s/secret.csv'')')",
        "SELECT content FROM main.\"Read_Blob\" /* ( */ ('%s/secret.csv')",
        "EXPLAIN FROM read_csv('%s/secret.csv')",
        "FROM read_csv_auto(?)",
        "FROM parquet_metadata('%s/secret.csv')",
        "FROM parquet_scan('%s/secret.csv')",
        "FROM sniff_csv('%s/secret.csv')",
        "FROM glob('%s/*')",
        "SELECT 1, (SELECT count(*) FROM read_json('%s/secret.csv'))",
        "FROM '%s/secret.csv'",
        "FROM \"%s/secret.csv\"",
        "SELECT * FROM ('%s/secret.csv')",
        "SELECT * FROM t, '%s/secret.csv'",
        "SELECT * FROM t POSITIONAL JOIN '%s/secret.csv' WHERE y = 'x'",
        "WITH n AS (FROM '%s/secret.csv') SELECT (SELECT max(b) FROM n)",
        "SELECT 1 UNION ALL SELECT (SELECT a FROM '%s/secret.csv')",
        "DESCRIBE '%s/secret.csv'",
        "SUMMARIZE '%s/secret.csv'",
        "TABLE '%s/secret.csv'",
        "PIVOT '%s/secret.csv' ON a USING count(*)",
        "PIVOT '%s/secret.csv' ON a IN (1) USING count(*)",
        "UNPIVOT '%s/secret.csv' ON a",
        "EXPLAIN (FORMAT json) FROM '%s/secret.csv'",
        "EXPLAIN ANALYZE FROM '%s/secret.csv'",
        "FROM secret.csv",
        "FROM main.secret.\"csv\"",
        "FROM histogram('%s/secret.csv', a)",
        "FROM histogram_values('%s/secret.csv', a)",
        "FROM query('FROM enable_logging()')",
        "FROM query_table('%s/secret.csv')",
        "FROM query_table(['t'])",
        "FROM json_execute_serialized_sql(json_serialize_sql('FROM enable_logging()'))",
      })
  void whatReachesBeyondTheDatabase_isTold(String sql) {
    String named = sql.replace("%s", folder.toString());
    assertThat(reader.reached(named))
        .isNotEmpty()
        .allSatisfy(touch -> assertThat(touch).isInstanceOf(Touch.Beyond.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT x FROM t WHERE y = 'a.csv'",
        "SELECT t.x AS \"price, USD/kg.\", y LIKE '%.csv' FROM t",
        "SELECT sum(query_of(x)), histogram(x) AS \"h.\" FROM t",
        "FROM \"t.csv\"",
        "FROM main.\"T.CSV\"",
        "FROM s.json",
        "FROM given",
        "EXPLAIN SELECT x FROM t WHERE y = 'a.csv'",
        "EXPLAIN (FORMAT json) SELECT x FROM t WHERE y = 'a.csv'",
        "SELECT x FROM t WHERE y IN ('a/b', 'c:d') AND json_extract('{\"a\": 1}', '$.a') = 1",
        "VALUES ('a.csv')",
        "SHOW TABLES",
        "DESCRIBE \"t.csv\"",
        "FROM range(3) AS \"r.csv\"",
      })
  void whatIsInTheDatabase_reachesNothingElse(String sql) {
    assertThat(reader.reached(sql)).isEmpty();
    assertThat(duckdb.cells(reader, sql, Parameters.NONE)).isNotNull();
  }

  @Test
  void reader_nestedDeep_isRead() {
    String sql = "SELECT " + "1 + ".repeat(300) + "1 FROM t WHERE y = 'a.csv'";
    assertThat(reader.reached(sql)).isEmpty();
    assertThat(duckdb.cells(reader, sql, Parameters.NONE)).containsExactly("301");
  }

  @Test
  void reader_mistakes_keepTheirKind() {
    DuckDbFixture.fails(Kind.NOT_FOUND, () -> reader.prepare("FROM main.missing").close());
    DuckDbFixture.fails(Kind.INVALID_SQL, () -> reader.reached("SELECT FROM 'a.csv' WHERE"));
    DuckDbFixture.fails(Kind.INVALID_SQL, () -> reader.prepare("SELECT z, 'a.b' FROM t").close());
  }

  @Test
  void writer_withoutExternalAccess_reachesNoFileEither() {
    try (DuckDbFixture closed =
        new DuckDbFixture(List.of(), Map.of("duckdb.enable_external_access", "false"))) {
      DuckDbFixture.fails(
          Kind.PERMISSION_DENIED, () -> closed.cells("FROM '" + folder + "/secret.csv'"));
      DuckDbFixture.fails(Kind.INVALID_DATA, () -> closed.run("SET enable_external_access = true"));
      assertThat(closed.cells("SELECT 1")).containsExactly("1");
    }
  }
}
