package dev.flightgate.server.sql;

import static dev.flightgate.server.sql.SqlDialect.POSTGRESQL;
import static dev.flightgate.server.sql.SqlDialect.SQLITE;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SqlSplitterTest {

  private static final String TRIGGER =
      "CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN "
          + "UPDATE t SET a = CASE WHEN 1 THEN 2 END; SELECT 1; END";

  @ParameterizedTest
  @EnumSource
  void split_plainStatements_trimsAndDropsEmptyOnes(SqlDialect dialect) {
    assertThat(SqlSplitter.split(" ; SELECT 1 ;; -- a;b\n/* ; */ SELECT\t2 -- end", dialect))
        .containsExactly("SELECT 1", "SELECT\t2");
    assertThat(SqlSplitter.split("", dialect)).isEmpty();
    assertThat(SqlSplitter.split(" \n-- only a comment\n/* and */ ; ;", dialect)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void split_quotedSemicolons_areNoEnds(SqlDialect dialect) {
    assertThat(SqlSplitter.split("SELECT ';', \";\" /* ; */, ';'';' ; SELECT 2", dialect))
        .containsExactly("SELECT ';', \";\" /* ; */, ';'';'", "SELECT 2");
  }

  @ParameterizedTest
  @EnumSource
  void split_unterminatedQuote_belongsToTheLastStatement(SqlDialect dialect) {
    assertThat(SqlSplitter.split("SELECT 1; SELECT 'a; b ", dialect))
        .containsExactly("SELECT 1", "SELECT 'a; b ");
  }

  @Test
  void split_unterminatedComment_isTheEnginesToJudge() {
    assertThat(SqlSplitter.split("SELECT 1 /* a ; b", POSTGRESQL))
        .containsExactly("SELECT 1 /* a ; b");
    assertThat(SqlSplitter.split("SELECT 1; /* a /* b */", POSTGRESQL))
        .containsExactly("SELECT 1", "/* a /* b */");
    assertThat(SqlSplitter.split("SELECT 1 /* a ; b", SQLITE)).containsExactly("SELECT 1");
  }

  @Test
  void split_postgresqlQuotes_holdSemicolons() {
    assertThat(SqlSplitter.split("SELECT $$;$$, $t$;$$;$t$, E'\\';' ; SELECT 2", POSTGRESQL))
        .containsExactly("SELECT $$;$$, $t$;$$;$t$, E'\\';'", "SELECT 2");
    assertThat(SqlSplitter.split("SELECT 1 AS a$;SELECT 2 AS b$", POSTGRESQL))
        .containsExactly("SELECT 1 AS a$", "SELECT 2 AS b$");
  }

  @Test
  void split_sqliteTrigger_keepsItsBody() {
    assertThat(SqlSplitter.split(TRIGGER + "; SELECT 3", SQLITE))
        .containsExactly(TRIGGER, "SELECT 3");
    assertThat(SqlSplitter.split("EXPLAIN QUERY PLAN " + TRIGGER + ";SELECT 3", SQLITE))
        .containsExactly("EXPLAIN QUERY PLAN " + TRIGGER, "SELECT 3");
    assertThat(SqlSplitter.split("CREATE TABLE trigger_t(a); SELECT 3", SQLITE))
        .containsExactly("CREATE TABLE trigger_t(a)", "SELECT 3");
  }

  @Test
  void split_malformedTrigger_reachesToTheEnd() {
    assertThat(SqlSplitter.split("CREATE TRIGGER g; SELECT 3", SQLITE))
        .containsExactly("CREATE TRIGGER g; SELECT 3");
  }
}
