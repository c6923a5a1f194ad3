ATTACH '{folder}/other.db' AS other;
ATTACH ':memory:' AS "second db";
CREATE TABLE every_type (
  c_boolean BOOLEAN, c_bool BOOL, c_int INT, c_integer INTEGER, c_tinyint TINYINT,
  c_smallint SMALLINT, c_bigint BIGINT, c_unsigned UNSIGNED BIG INT, c_int8 INT8,
  c_real REAL, c_double DOUBLE, c_double_precision DOUBLE PRECISION, c_float FLOAT,
  c_decimal DECIMAL, c_numeric NUMERIC, c_decimal_10_2 DECIMAL(10, 2), c_numeric_38 NUMERIC(38),
  c_decimal_text DECIMAL_TEXT(30,4), c_decimal_99 DECIMAL(99, 2), c_text TEXT, c_clob CLOB,
  c_varchar VARCHAR(255), c_nchar NATIVE CHARACTER(70), c_character CHARACTER(20),
  c_blob BLOB, c_date DATE, c_time TIME, c_time_3 TIME(3), c_time_9 TIME(9), c_datetime DATETIME,
  c_timestamp TIMESTAMP, c_timestamp_0 TIMESTAMP(0), c_timestamp_9 TIMESTAMP(9),
  c_timestamptz TIMESTAMPTZ, c_with_zone TIMESTAMP WITH TIME ZONE, c_untyped, c_any ANY,
  c_odd STRANGE Thing(1, 2), c_json JSON, c_uuid UUID, c_not_null TEXT NOT NULL);
CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT, x INT);
CREATE TABLE rowid_alias ("I d" INTEGER, x INT UNIQUE, PRIMARY KEY ("I d" DESC));
CREATE TABLE no_alias (id INTEGER PRIMARY KEY DESC, x INT);
CREATE TABLE int_key (id INT PRIMARY KEY, x INT);
CREATE TABLE without_rowid (a INTEGER PRIMARY KEY, b TEXT) WITHOUT ROWID;
CREATE TABLE without_rowid_two (a INT, b TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID;
CREATE TABLE strict_one (id INTEGER PRIMARY KEY, t TEXT NOT NULL, r REAL, b BLOB, a ANY, i INT) STRICT;
CREATE TABLE strict_key (id TEXT PRIMARY KEY, a ANY) STRICT;
CREATE TABLE defaults (
  id INTEGER PRIMARY KEY, label TEXT DEFAULT 'a''b' NOT NULL, made_at TEXT DEFAULT CURRENT_TIMESTAMP,
  twice INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL, kept TEXT AS (label || '!') STORED);
CREATE VIRTUAL TABLE words USING fts5 (title, body);
CREATE VIRTUAL TABLE boxes USING rtree (id, x0, x1);
CREATE TABLE "T.a b%_l ""e""" ("c.o l%_ ""u""" INTEGER NOT NULL, "ünï©ødé 😀" TEXT, "SELECT" DATE,
  "back\slash" INTEGER);
CREATE TABLE tXble (x INT);
CREATE TABLE t_ble (x INT);
CREATE TABLE other."from" ("where" INTEGER PRIMARY KEY, "null" TEXT);
CREATE TABLE "second db"."日本" ("列" INTEGER, Mixed INTEGER, PRIMARY KEY ("MIXED", "列"));
CREATE TABLE parent (a INTEGER, b INTEGER, c TEXT UNIQUE, PRIMARY KEY (b, a), UNIQUE (a, b));
CREATE TABLE child (
  id INTEGER PRIMARY KEY, up INTEGER REFERENCES child (id) ON DELETE CASCADE, pa INTEGER,
  pb INTEGER, qa INTEGER, qb INTEGER, pc TEXT REFERENCES parent (c) ON UPDATE SET NULL,
  FOREIGN KEY (pb, pa) REFERENCES parent ON DELETE RESTRICT,
  CONSTRAINT second_parent FOREIGN KEY (qa, qb) REFERENCES parent (a, b) ON UPDATE SET DEFAULT
    DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE "Parent of Cases" ("A" INTEGER, "B b" INTEGER, PRIMARY KEY ("a", "b B"));
CREATE TABLE "Child of Cases" (
  "X" INTEGER, Y INTEGER, FOREIGN KEY (x, y) REFERENCES "parent OF cases" ("a", "B B"));
CREATE TABLE "self""ref" (a INTEGER, b INTEGER, ua INTEGER, ub INTEGER, PRIMARY KEY (a, b),
  FOREIGN KEY (ua, ub) REFERENCES "self""ref" (a, b));
CREATE TABLE orphan (x INTEGER REFERENCES never_made (y));
CREATE TABLE other.parent (a INTEGER PRIMARY KEY);
CREATE TABLE other.child (a INTEGER REFERENCES parent (a));
CREATE VIEW seen AS SELECT id, label AS "the label", 1 + 1 AS made FROM defaults;
CREATE TABLE gone (x INTEGER, y INTEGER);
CREATE VIEW broken AS SELECT x FROM gone;
DROP TABLE gone;
CREATE TEMPORARY TABLE "temp table" (id INTEGER PRIMARY KEY, v TEXT);
CREATE TEMPORARY VIEW temp_view AS SELECT 1 AS one;
CREATE INDEX words_x ON tXble (x);
CREATE TRIGGER on_t AFTER INSERT ON t_ble BEGIN DELETE FROM tXble; END;
ANALYZE
