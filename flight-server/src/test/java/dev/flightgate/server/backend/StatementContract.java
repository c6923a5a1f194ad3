package dev.flightgate.server.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.backend.BackendException.Kind;
import dev.flightgate.server.sql.SqlDialect;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a prepared statement says about itself, and what running it counts. */
interface StatementContract extends ContractFixture {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1                                      | READS",
        "select x from a                               | READS",
        "VALUES (1), (2)                               | READS",
        "WITH c AS (SELECT 1 AS x) SELECT * FROM c     | READS",
        "EXPLAIN SELECT x FROM a                       | READS",
        "SELECT 'INSERT INTO a VALUES (1)'             | READS",
        "INSERT INTO a VALUES (1)                      | WRITES",
        "INSERT INTO a VALUES (1) RETURNING x          | WRITES",
        "WITH c AS (SELECT 1) INSERT INTO a SELECT * FROM c | WRITES",
        "UPDATE a SET x = 2                            | WRITES",
        "DELETE FROM a                                 | WRITES",
        "CREATE TABLE b(x BIGINT)                      | DEFINES",
        "CREATE VIEW v AS SELECT 1 AS x                | DEFINES",
        "CREATE INDEX i ON a(x)                        | DEFINES",
        "ALTER TABLE a ADD COLUMN y BIGINT             | DEFINES",
        "DROP TABLE a                                  | DEFINES",
        "ANALYZE                                       | DEFINES",
        "VACUUM                                        | DEFINES",
        "CREATE TEMP TABLE b(x BIGINT)                 | CONTROLS",
        "CREATE TEMPORARY VIEW v AS SELECT 1 AS x      | CONTROLS",
        "BEGIN                                         | BEGINS",
        "BEGIN TRANSACTION                             | BEGINS",
        "COMMIT                                        | COMMITS",
        "END                                           | COMMITS",
        "ROLLBACK                                      | ROLLS_BACK",
      })
  default void kind_statement_saysWhatRunningDoes(String sql, StatementKind kind) {
    run("CREATE TABLE a(x BIGINT)");
    try (PreparedQuery query = session().prepare(sql)) {
      assertThat(query.kind()).isEqualTo(kind);
    }
  }

  @Test
  default void kind_savepoints_control() {
    if (!can(Capability.SAVEPOINTS)) {
      return;
    }
    for (String sql : List.of("SAVEPOINT p", "ROLLBACK TO p", "RELEASE p")) {
      try (PreparedQuery query = session().prepare(sql)) {
        assertThat(query.kind()).as(sql).isEqualTo(StatementKind.CONTROLS);
      }
    }
  }

  @Test
  default void kind_explainAnalyzeOfAChange_doesNotRead() {
    if (backend().info().dialect() != SqlDialect.POSTGRESQL) {
      return;
    }
    run("CREATE TABLE a(x BIGINT)");
    try (PreparedQuery query = session().prepare("EXPLAIN ANALYZE DELETE FROM a")) {
      assertThat(query.kind().isEager()).isTrue();
    }
  }

  @Test
  default void prepare_change_runsNothing() {
    run("CREATE TABLE a(x BIGINT)");
    session().prepare("INSERT INTO a VALUES (1)").close();
    session().prepare("INSERT INTO a VALUES (1) RETURNING x").close();
    session().prepare("DROP TABLE a").close();
    assertThat(rows("SELECT x FROM a")).isEqualTo("x");
  }

  @Test
  default void resultSchema_statementWithoutRows_hasNoFields() {
    run("CREATE TABLE a(x BIGINT)");
    for (String sql :
        List.of("INSERT INTO a VALUES (1)", "DELETE FROM a", "CREATE TABLE b(x BIGINT)", "BEGIN")) {
      try (PreparedQuery query = session().prepare(sql)) {
        assertThat(query.resultSchema().getFields()).as(sql).isEmpty();
      }
    }
  }

  @Test
  default void resultSchema_columns_haveTheirTypesAndTypeNames() {
    createSamples();
    try (PreparedQuery query = session().prepare("SELECT * FROM samples")) {
      List<Field> fields = query.resultSchema().getFields();
      assertThat(fields)
          .extracting(Field::getName)
          .containsExactlyElementsOf(columnSamples().stream().map(ColumnSample::name).toList());
      assertThat(fields)
          .extracting(Field::getType)
          .containsExactlyElementsOf(columnSamples().stream().map(ColumnSample::type).toList());
      assertThat(fields)
          .allSatisfy(
              field -> {
                assertThat(field.getMetadata().get("ARROW:FLIGHT:SQL:TYPE_NAME")).isNotBlank();
                assertThat(field.getDictionary()).isNull();
              });
    }
  }

  @Test
  default void openStream_everyColumn_hasThePromisedSchemaWithAndWithoutRows() {
    createSamples();
    for (String sql :
        List.of(
            "SELECT * FROM samples",
            "SELECT * FROM samples WHERE 1 = 0",
            "SELECT count(*) AS n, 'x' AS t, NULL AS u, 1.5 AS d FROM samples",
            "SELECT max(a.k) FROM (SELECT 1 AS k) a",
            "VALUES (1, 'a'), (2, NULL)")) {
      try (PreparedQuery query = session().prepare(sql);
          BatchStream stream = query.openStream(Parameters.NONE, 0, allocator())) {
        assertThat(stream.root().getSchema()).as(sql).isEqualTo(query.resultSchema());
        assertThat(stream.root().getRowCount()).isZero();
        while (stream.next()) {
          assertThat(stream.root().getSchema()).as(sql).isEqualTo(query.resultSchema());
        }
      }
    }
  }

  @Test
  default void openStream_everyColumn_yieldsValueAndNull() {
    createSamples();
    for (ColumnSample sample : columnSamples()) {
      assertThat(rows("SELECT " + sample.name() + " FROM samples"))
          .isEqualTo(PrintedTable.of(sample.name(), sample.printed(), "NULL"));
    }
  }

  /** A table of all samples: a row of their values, then a row of NULLs. */
  private void createSamples() {
    String columns =
        String.join(", ", columnSamples().stream().map(s -> s.name() + " " + s.sqlType()).toList());
    String values = String.join(", ", columnSamples().stream().map(ColumnSample::literal).toList());
    String nulls = String.join(", ", columnSamples().stream().map(s -> "NULL").toList());
    run(
        "CREATE TABLE samples(" + columns + ")",
        "INSERT INTO samples VALUES (" + values + ")",
        "INSERT INTO samples VALUES (" + nulls + ")");
  }

  @Test
  default void openStream_returning_changesOnceAndYieldsRows() {
    run("CREATE TABLE a(x BIGINT)");
    assertThat(rows("INSERT INTO a VALUES (1), (2) RETURNING x, x + 1 AS y"))
        .isEqualTo(PrintedTable.of("x | y", "1 | 2", "2 | 3"));
    assertThat(rows("SELECT x FROM a ORDER BY x")).isEqualTo(PrintedTable.of("x", "1", "2"));
  }

  @Test
  default void openStream_tableChangedMeanwhile_isConflict() {
    run("CREATE TABLE a(x BIGINT)", "INSERT INTO a VALUES (1)");
    try (PreparedQuery query = session().prepare("SELECT * FROM a")) {
      runIn(openSession(), "ALTER TABLE a ADD COLUMN y BIGINT");
      fails(Kind.CONFLICT, () -> rowsOf(query, Parameters.NONE, 0));
    }
    assertThat(rows("SELECT * FROM a")).isEqualTo(PrintedTable.of("x | y", "1 | NULL"));
  }

  @Test
  default void update_statements_countChangedRows() {
    assertThat(run("CREATE TABLE a(x BIGINT)")).isZero();
    assertThat(run("INSERT INTO a VALUES (1), (2), (3)")).isEqualTo(3);
    assertThat(run("UPDATE a SET x = x + 10 WHERE x < 3")).isEqualTo(2);
    assertThat(run("UPDATE a SET x = 0 WHERE x = 99")).isZero();
    assertThat(run("DELETE FROM a WHERE x > 10")).isEqualTo(2);
    assertThat(run("CREATE INDEX i ON a(x)")).isZero();
    assertThat(run("DROP TABLE a")).isZero();
  }

  @Test
  default void update_returning_changesRowsAndDiscardsTheResult() {
    run("CREATE TABLE a(x BIGINT)");
    assertThat(run("INSERT INTO a VALUES (1), (2) RETURNING x")).isIn(2L, -1L);
    assertThat(rows("SELECT count(*) AS n FROM a")).isEqualTo(PrintedTable.of("n", "2"));
  }
}
