package dev.flightgate.server.flight;

import java.util.List;
import java.util.stream.Stream;

/**
 * A form of statement that changes something, and what comes of running it once on the table {@code
 * t(id, v)} with the rows (1, 10) and (2, 20).
 *
 * @param sql the statement; {@code FOLDER} stands for a folder with in.csv in it
 * @param bound what is bound to its only placeholder, a row each; empty if it has none
 * @param rows what it yields where it is sent as a query; empty if that is one row with the count
 * @param count what it answers where it is sent as an update
 * @param after the table's number of rows, the sum of v, how many tables named "made" there are,
 *     and the number of changes: nextval('runs') of DuckDB, or rows counted by triggers of SQLite
 */
record ChangingForm(
    String database, String sql, List<Integer> bound, String rows, long count, String after) {

  /** What {@link #after} begins with before anything has happened. */
  static final String START = "2 rows, sum 30, 0 made, ";

  private static final String UPSERT = "on conflict (id) do update set v = t.v + excluded.v";

  private static final String MERGE =
      "merge into t using (select 2 as id union all select 3) n on t.id = n.id"
          + " when matched then update set v = t.v + 1"
          + " when not matched then insert values (n.id, 100)";

  private static final String FORMS =
      """
      main | create table made(a int)                                                   |          |              | 0 | 2 rows, sum 30, 1 made, 0
      main | create table made as select nextval('runs') from t                         |          |              | 2 | 2 rows, sum 30, 1 made, 2
      main | insert into t values (3, nextval('runs'))                                  |          |              | 1 | 3 rows, sum 31, 0 made, 1
      main | insert into t select id + 2, nextval('runs') from t                        |          |              | 2 | 4 rows, sum 33, 0 made, 2
      main | with n as (select 7 as i) insert into t select i, nextval('runs') from n   |          |              | 1 | 3 rows, sum 31, 0 made, 1
      main | update t set v = v + nextval('runs')                                       |          |              | 2 | 2 rows, sum 33, 0 made, 2
      main | delete from t where id = (select min(id) from t)                           |          |              | 1 | 1 rows, sum 20, 0 made, 0
      main | insert into t values (1, 5) UPSERT                                         |          |              | 1 | 2 rows, sum 35, 0 made, 0
      main | MERGE                                                                      |          |              | 2 | 3 rows, sum 131, 0 made, 0
      main | copy t from 'FOLDER/in.csv' (header false)                                 |          |              | 2 | 4 rows, sum 37, 0 made, 0
      main | copy (select nextval('runs') from t) to 'FOLDER/out.csv'                   |          |              | 2 | 2 rows, sum 30, 0 made, 2
      main | insert into t values (3, nextval('runs')) returning id, v                  |          | [[3, 1]]     | 1 | 3 rows, sum 31, 0 made, 1
      main | update t set v = v + nextval('runs') where id = 2 returning v              |          | [[21]]       | 1 | 2 rows, sum 31, 0 made, 1
      main | delete from t returning id                                                 |          | [[1], [2]]   | 2 | 0 rows, sum 0, 0 made, 0
      main | select nextval('runs') as n                                                |          | [[1]]        | 1 | 2 rows, sum 30, 0 made, 1
      main | insert into t values (3, nextval('runs')); update t set v = v + 1          |          |              | 3 | 3 rows, sum 34, 0 made, 1
      main | insert into t values (3, nextval('runs')); select v from t where id = 3;   |          | [[1]]        | 0 | 3 rows, sum 31, 0 made, 1
      main | insert into t select ?, nextval('runs')                                    | [3, 4]   |              | 2 | 4 rows, sum 33, 0 made, 2
      main | update t set v = v + ?                                                     | [1, 100] |              | 4 | 2 rows, sum 232, 0 made, 0
      main | delete from t where id = ?                                                 | [2, 9]   |              | 1 | 1 rows, sum 10, 0 made, 0
      main | insert into t values (?, nextval('runs')) returning id                     | [3, 4]   | [[3], [4]]   | 2 | 4 rows, sum 33, 0 made, 2
      main | insert into t values (?, 5) UPSERT                                         | [1, 3]   |              | 2 | 3 rows, sum 40, 0 made, 0
      main | with n as (select ?::int as i) insert into t select i, nextval('runs') from n | [3, 4]   |              | 2 | 4 rows, sum 33, 0 made, 2
      main | select nextval('runs') + ?::int as n                                       | [10, 20] | [[11], [22]] | 2 | 2 rows, sum 30, 0 made, 2
      lite | create table made(a int)                                                   |          |              | 0 | 2 rows, sum 30, 1 made, 0
      lite | create table made as select id from t                                      |          |              | 0 | 2 rows, sum 30, 1 made, 0
      lite | insert into t values (3, 1)                                                |          |              | 1 | 3 rows, sum 31, 0 made, 1
      lite | insert into t select id + 2, 1 from t                                      |          |              | 2 | 4 rows, sum 32, 0 made, 2
      lite | with n as (select 7 as i) insert into t select i, 1 from n                 |          |              | 1 | 3 rows, sum 31, 0 made, 1
      lite | update t set v = v + 1                                                     |          |              | 2 | 2 rows, sum 32, 0 made, 2
      lite | delete from t where id = (select min(id) from t)                           |          |              | 1 | 1 rows, sum 20, 0 made, 1
      lite | insert into t values (1, 5) UPSERT                                         |          |              | 1 | 2 rows, sum 35, 0 made, 1
      lite | insert into t values (3, 1) returning id, v                                |          | [[3, 1]]     | 1 | 3 rows, sum 31, 0 made, 1
      lite | update t set v = v + 1 where id = 2 returning v                            |          | [[21]]       | 1 | 2 rows, sum 31, 0 made, 1
      lite | delete from t returning id                                                 |          | [[1], [2]]   | 2 | 0 rows, sum 0, 0 made, 2
      lite | insert into t values (3, 1); update t set v = v + 1                        |          |              | 3 | 3 rows, sum 34, 0 made, 4
      lite | insert into t values (3, 1); select v from t where id = 3;                 |          | [[1]]        | 0 | 3 rows, sum 31, 0 made, 1
      lite | insert into t values (?, 1)                                                | [3, 4]   |              | 2 | 4 rows, sum 32, 0 made, 2
      lite | update t set v = v + ?                                                     | [1, 100] |              | 4 | 2 rows, sum 232, 0 made, 4
      lite | delete from t where id = ?                                                 | [2, 9]   |              | 1 | 1 rows, sum 10, 0 made, 1
      lite | insert into t values (?, 1) returning id                                   | [3, 4]   | [[3], [4]]   | 2 | 4 rows, sum 32, 0 made, 2
      lite | insert into t values (?, 5) UPSERT                                         | [1, 3]   |              | 2 | 3 rows, sum 40, 0 made, 2
      lite | with n as (select ? as i) insert into t select i, 1 from n                 | [3, 4]   |              | 2 | 4 rows, sum 32, 0 made, 2
      """;

  static Stream<ChangingForm> all() {
    return FORMS.lines().map(ChangingForm::parse);
  }

  private static ChangingForm parse(String line) {
    String[] cells = line.split("\\|", -1);
    return new ChangingForm(
        cells[0].trim(),
        cells[1].trim().replace("UPSERT", UPSERT).replace("MERGE", MERGE),
        Stream.of(cells[2].replaceAll("[\\[\\] ]", "").split(","))
            .filter(value -> !value.isEmpty())
            .map(Integer::valueOf)
            .toList(),
        cells[3].trim(),
        Long.parseLong(cells[4].trim()),
        cells[5].trim());
  }

  /** What its ticket yields, printed. */
  String answer() {
    return rows.isEmpty() ? "[[" + count + "]]" : rows;
  }

  @Override
  public String toString() {
    return database + ": " + sql + (bound.isEmpty() ? "" : " " + bound);
  }
}
