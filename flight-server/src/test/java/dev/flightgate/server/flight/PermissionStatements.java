package dev.flightgate.server.flight;

import java.util.ArrayList;
import java.util.List;

/**
 * Who may run which statement. A row has a sign for ADMIN, WRITER, READER and LIMITED: + runs it, ~
 * may, but it fails for another reason, - is refused, * the engine refuses to everybody. A STRANGER
 * is refused whatever it is.
 */
final class PermissionStatements {

  /** A statement, and the signs of the roles in order. */
  record Row(String database, String signs, String sql) {
    @Override
    public String toString() {
      return database + ": " + sql;
    }
  }

  private static final String DUCKDB =
      """
      ++++ select 1
      ++++ select * from open.t
      +++- select * from secret
      +++- from memory.main.secret
      ++++ select * from open.v
      +++- select * from open.peek
      +++- from open.look()
      ++++ from open.filed
      +++- with t as (select * from secret) select * from t
      ++++ with secret as (select 1 as x) select * from secret
      +++- with secret as (select * from secret) select * from secret
      ++++ with recursive secret(x) as (select 1 union all select x + 1 from secret where x < 3) select * from secret
      +++- select (select max(x) from secret)
      +++- select * from open.t where exists (select 1 from secret)
      +++- select 1 from secret where false
      +++- select x from secret limit 0
      +++- select * from open.t union all select * from secret
      +++- select t.x from open.t as t, secret as s
      +++- select t.x from open.t as t left join secret as s on t.x = s.x
      +++- select a.x from (select * from (select * from secret) as b) as a
      +++- select count(*) from secret
      +++- select list(x) over () from secret
      ~~~- select nothing from secret
      ~~~- select * from missing
      ~~~~ select * from open.missing
      ~~~~ select nothing from open.t
      +++- summarize secret
      ++++ summarize open.t
      +++- describe secret
      ++++ describe open.t
      ++++ describe select * from open.t
      +++- desc secret
      +++- show tables
      +++- show all tables
      +++- show databases
      +++- show secret
      +++- select * from information_schema.tables
      +++- select * from information_schema.columns
      +++- from duckdb_tables()
      +++- from duckdb_tables
      +++- from duckdb_columns()
      +++- select * from sqlite_master
      +++- select * from pg_catalog.pg_class
      +++- from pragma_table_info('secret')
      +++- pivot secret on x using count(*)
      +++- pivot_wider secret on x using count(*)
      +++- unpivot secret on x
      +++- pivot_longer secret on x
      ++++ unpivot open.t on x
      +++- table secret
      ++++ table open.t
      ++++ values (1)
      ++++ from range(3)
      ++++ select unnest([1, 2])
      ++++ select * from unnest([1, 2])
      ++++ explain select * from open.t
      +++- explain select * from secret
      +++- explain (format json) select * from secret
      +++- explain analyze select * from secret
      ++++ explain analyze select * from open.t
      +--- from read_csv('%s/given.csv')
      +--- select content from read_text('%s/given.csv')
      +--- from glob('%s/*')
      +--- from '%s/given.csv'
      +--- select (select max(x) from '%s/given.csv')
      +--- explain from '%s/given.csv'
      +--- summarize '%s/given.csv'
      +--- from query('select 1')
      +--- from query_table('secret')
      +--- from histogram('secret', x)
      ++-+ insert into open.scratch values (1)
      ++-+ insert into open.scratch select 1
      ++-+ insert into open.scratch (x) from open.t
      ++-+ insert into open.scratch values (1) returning x
      ++-- insert into open.scratch select * from secret
      ++-- insert into open.scratch select (select max(x) from secret)
      ++-- insert into open.scratch from open.peek
      ++-- insert into secret values (1)
      ++-- insert into memory.main.secret select 1 where false
      +--- insert into open.scratch from '%s/given.csv'
      +--- insert into open.scratch select x from read_csv('%s/given.csv')
      ++-+ insert into open.scratch select length('a/b.csv')
      ++-+ update open.scratch set x = 1 where false
      ++-- update open.scratch set x = (select max(x) from secret)
      ++-- update open.scratch set x = s.x from secret as s where s.x < 0
      ++-- update secret set x = x where false
      ++-+ delete from open.scratch where x < 0
      ++-- delete from open.scratch where x in (select x from secret) and false
      ++-- delete from open.scratch using secret as s where s.x < 0
      ++-- delete from secret where false
      ++-+ merge into open.scratch as a using open.t as b on a.x = b.x when matched then update set x = b.x
      ++-- merge into open.scratch as a using secret as b on a.x = b.x when matched then update set x = b.x
      ++-- merge into secret as a using open.t as b on a.x = b.x when matched then update set x = b.x
      ++-- with c as (insert into open.scratch values (1) returning x) select * from c
      ++-+ explain insert into open.scratch values (1)
      ++-+ truncate open.scratch
      ++-- truncate table spare
      ++-+ create or replace table open.made(x int)
      ++-+ create or replace table open.made as select * from open.t
      ++-- create or replace table open.made as select * from secret
      ++-- create or replace table made(x int)
      ++-- create table if not exists memory.main.made(x int)
      +--- create or replace table open.made as from '%s/given.csv'
      +--- create or replace table "given.csv"(x int)
      ~--- alter table open.gone rename to "/given"
      +--- with c as (copy open.t to '%s/out.csv') select 1
      ++-+ create or replace view open.shown as select * from open.t
      ++-- create or replace view open.shown as select * from secret
      +--- create or replace view open.shown as select * from read_csv('%s/given.csv')
      +--- create or replace view open.shown as from '%s/given.csv'
      ++-+ create or replace macro open.twice(x) as x * 2
      ++-- create or replace macro twice(x) as x * 2
      +--- create or replace macro open.whole(f) as table select * from read_text(f)
      ++-+ create index if not exists scratch_x on open.scratch(x)
      ++-- create index if not exists secret_x on secret(x)
      ++-+ create sequence if not exists open.numbers
      ++-- create schema if not exists more
      ++-+ alter table open.scratch add column if not exists y int
      ++-- alter table spare add column if not exists y int
      ++-+ comment on table open.scratch is 'a'
      ++-- comment on column secret.x is 'a'
      ++-+ drop table if exists open.gone
      ++-- drop table if exists gone
      ++-- drop schema if exists gone
      ++-- analyze
      ++-- vacuum
      ++-- checkpoint
      ++-- force checkpoint
      ++++ use memory.open
      ++++ set schema = 'open'
      ++++ reset timezone
      ++++ set variable v = 1
      ++-- set variable v = (select max(x) from secret)
      +--- set variable v = (select max(x) from '%s/given.csv')
      +--- set threads = 2
      +--- set global threads = 2
      +--- reset global threads
      +--- set enable_profiling = 'no_output'
      ~--- set profiling_output = '%s/profile'
      +--- pragma threads = 2
      +--- pragma disable_profiling
      ++-- pragma table_info('secret')
      ++-- pragma version
      ++-- call pragma_version()
      ++-- call duckdb_tables()
      +--- call disable_logging()
      +--- from disable_logging()
      +--- attach if not exists ':memory:' as extra
      ~--- attach '%s/missing/x.db'
      ~--- detach missing
      ~--- install missing_extension from '%s'
      ~--- force install missing_extension from '%s'
      ~--- load '%s/missing.duckdb_extension'
      ~--- update extensions (missing)
      +--- copy open.t to '%s/out.csv'
      +--- copy (select 1) to '%s/out.csv'
      +--- copy open.scratch(x) from '%s/given.csv'
      ~--- export database '%s/missing/export'
      ~--- import database '%s/missing'
      ~--- create secret (type nothing)
      ~--- drop secret nothing
      ++-- prepare p as select 1
      +--- prepare p as from '%s/given.csv'
      ~~-- execute missing
      ++-+ deallocate missing
      ++-+ create temp table own as select * from open.t
      ++-- create temp table own as select * from secret
      ++-- create temp view own as select * from secret
      ++++ begin
      ++++ start transaction
      ~~~~ commit
      ~~~~ end
      ++++ rollback
      ++++ abort
      ++++ select * from flightgate.sessions
      ++++ select * from flightgate.queries
      ~~~~ call flightgate.cancel('missing')
      ~~~~ select from where
      """;

  private static final String SQLITE =
      """
      ++++ select 1
      ++++ values (1)
      ++++ select * from open_t
      +++- select * from secret
      +++- select * from main.secret
      +++- select * from "Secret"
      ++++ select * from open_v
      +++- select * from open_peek
      +++- with t as (select * from secret) select * from t
      +++- select (select max(x) from secret)
      +++- select * from open_t where exists (select 1 from secret)
      +++- select 1 from secret where 0
      +++- select t.x from open_t as t left join secret as s on s.rowid = t.x
      +++- select * from open_t union all select * from secret
      +++- select * from open_t, secret
      +++- select * from (select * from (secret))
      +++- select count(*) from secret
      ~~~- select nothing from secret
      ~~~- select * from missing
      ~~~~ select * from open_missing
      ~~~~ select nothing from open_t
      +++- select * from sqlite_schema
      +++- select * from sqlite_master where 0
      +++- select * from pragma_table_list
      +++- select * from pragma_table_info('secret')
      ++++ select value from json_each('[1]')
      ++++ explain select * from open_t
      +++- explain select * from secret
      +++- explain query plan select * from secret
      ++++ explain query plan select * from open_t
      *--- select load_extension('%s/missing')
      ~--- select readfile('%s/given.csv')
      ~--- select writefile('%s/out', 'x')
      ++-+ insert into open_scratch values (1)
      ++-+ insert into open_scratch select 1
      ++-+ insert into open_scratch values (1) returning x
      ++-+ replace into open_scratch values (1)
      ++-- insert into open_scratch select * from secret
      ++-- insert into open_scratch select * from open_peek
      ++-- insert into secret values (1)
      ++-- insert into open_watched values (1)
      ++-+ update open_scratch set x = 1 where 0
      ++-- update open_scratch set x = (select max(x) from secret)
      ++-- update open_scratch set x = s.x from secret as s where s.x < 0
      ++-- update secret set x = x where 0
      ++-+ delete from open_scratch where x < 0
      ++-+ delete from open_scratch
      ++-- delete from open_scratch where x in (select x from secret where x < 0)
      ++-- delete from secret where 0
      ++-+ with c as (select * from open_t) insert into open_scratch select * from c
      ++-- with c as (select * from secret) insert into open_scratch select * from c
      ++++ explain insert into open_scratch values (1)
      ++-+ create table if not exists open_made(x int)
      ++-- create table if not exists made(x int)
      ++-- create table if not exists open_copy as select * from secret
      ++-+ create view if not exists open_shown as select * from open_t
      ++-- create view if not exists open_told as select * from secret
      ++-+ create index if not exists scratch_x on open_scratch(x)
      ++-- create index if not exists secret_x on secret(x)
      ++-- create trigger if not exists open_fired after delete on open_t begin delete from secret; end
      ++-- create virtual table if not exists open_words using fts5(a)
      ~--- create virtual table open_outside using csv(filename='%s/given.csv')
      ~~~~ alter table open_t rename column y to z
      ~~~- alter table open_gone rename to other
      ~~~- alter table secret rename column y to z
      ++-+ drop table if exists open_gone
      ++-- drop table if exists gone
      ++-- drop view if exists gone
      ++-+ drop index if exists open_gone_x
      ++-- analyze
      ++-- reindex
      ++-- vacuum
      ~--- vacuum into '%s/missing/copy.db'
      ++++ pragma user_version
      ++++ pragma cache_size = 100
      ++-+ pragma foreign_keys = on
      +--- pragma journal_mode = wal
      +--- pragma writable_schema = off
      ---- pragma temp_store_directory = '%s'
      +++- pragma table_info(secret)
      +++- pragma table_list
      ++++ pragma database_list
      +--- attach ':memory:' as extra
      ~--- detach missing
      ++++ create temp table if not exists own as select * from open_t
      +++- create temp table if not exists own as select * from secret
      ++++ begin
      ~~~~ commit
      ~~~~ end
      ++++ rollback
      ~~~~ savepoint s
      ~~~~ release s
      ++++ select * from flightgate.sessions
      ++++ select * from flightgate.queries
      ~~~~ call flightgate.cancel('missing')
      ~~~~ select from where
      """;

  private PermissionStatements() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>(rows("main", DUCKDB));
    rows.addAll(rows("lite", SQLITE));
    return rows;
  }

  private static List<Row> rows(String database, String text) {
    return text.lines()
        .map(line -> new Row(database, line.substring(0, 4), line.substring(5)))
        .toList();
  }
}
