package dev.flightgate.server.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.flightgate.server.sql.ParameterUses.Use;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParameterUsesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          select * from t where a = ?                    | OfColumn[column=a]
          select * from t where t.a >= ?                 | OfColumn[column=a]
          select * from t where ? <> t.a                 | OfColumn[column=a]
          select * from t where ? = f(a)                 | Unknown[]
          select * from t where a between ? and 9        | OfColumn[column=a]
          select * from t where a not between 1 and ?    | OfColumn[column=a]
          select * from t where a not in (1, ?)          | OfColumn[column=a]
          select * from t where a like ?                 | OfColumn[column=a]
          select * from t limit ?                        | Counted[]
          select * from t limit 1 offset ?               | Counted[]
          select cast(? as decimal(5, 2)) + 1            | Cast[type=decimal ( 5 , 2 )]
          select a + ? from t                            | Calculated[column=a]
          select ? * t.a from t                          | Calculated[column=a]
          select f(a) - ? from t                         | Calculated[column=null]
          select ? % f(a) from t                         | Calculated[column=null]
          select ?                                       | Unknown[]
          select f(?)                                    | Unknown[]
          update t set a = ?                             | OfColumn[column=a]
          insert into t values (1, f(2, 3), ?)           | Inserted[table=t, position=2]
          insert into s.t values (1, 2), (3, ?)          | Inserted[table=t, position=1]
          insert into t(b, a) values (1, ?)              | OfColumn[column=a]
          insert into t as u (b, a) values (?, 1)        | OfColumn[column=b]
          insert into t values (f(?))                    | Unknown[]
          insert into t select ?                         | Unknown[]
          """)
  void use_aPlaceholder_isToldByTheWordsAroundIt(String sql, String use) {
    assertThat(ParameterUses.of(SqlTokens.of(sql, SqlDialect.SQLITE)))
        .singleElement()
        .hasToString(use);
  }

  @ParameterizedTest
  @CsvSource({"?", "(?", "?)", "= ?", "? =", "not ?", "in (?", "into ?", "cast(? as", "values (?"})
  void use_aFragment_isUnknownOrBetter(String sql) {
    assertThat(ParameterUses.of(SqlTokens.of(sql, SqlDialect.SQLITE)))
        .singleElement()
        .isInstanceOf(Use.class);
  }
}
