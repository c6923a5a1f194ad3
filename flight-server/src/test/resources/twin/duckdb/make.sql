ATTACH '{folder}/other.db' AS other;
ATTACH ':memory:' AS "second db";
CREATE SCHEMA plain;
CREATE SCHEMA "pla_n";
CREATE SCHEMA "S.p a%c_e ""q""";
CREATE SCHEMA other."select";
CREATE TYPE mood AS ENUM ('sad', 'o''k');
CREATE TYPE money AS DECIMAL(12, 2);
CREATE SEQUENCE numbers;
CREATE SEQUENCE plain."Odd numbers";
CREATE TABLE every_type (
  c_boolean BOOLEAN, c_tinyint TINYINT, c_smallint SMALLINT, c_integer INTEGER, c_bigint BIGINT,
  c_hugeint HUGEINT, c_utinyint UTINYINT, c_usmallint USMALLINT, c_uinteger UINTEGER,
  c_ubigint UBIGINT, c_uhugeint UHUGEINT, c_float FLOAT, c_double DOUBLE, c_decimal DECIMAL,
  c_decimal_4 DECIMAL(4, 1), c_decimal_9 DECIMAL(9, 9), c_decimal_18 DECIMAL(18, 0),
  c_decimal_38 DECIMAL(38, 10), c_varchar VARCHAR, c_varchar_20 VARCHAR(20), c_char CHAR(3),
  c_blob BLOB, c_bit BIT, c_date DATE, c_time TIME, c_timetz TIMETZ, c_time_ns TIME_NS,
  c_timestamp TIMESTAMP, c_timestamp_s TIMESTAMP_S, c_timestamp_ms TIMESTAMP_MS,
  c_timestamp_ns TIMESTAMP_NS, c_timestamptz TIMESTAMPTZ, c_timestamptz_ns TIMESTAMPTZ_NS,
  c_interval INTERVAL, c_uuid UUID, c_json JSON, c_bignum BIGNUM, c_variant VARIANT,
  c_geometry GEOMETRY, c_null "NULL", c_enum ENUM ('x', 'it''s, (y)'), c_mood mood, c_money money,
  c_list INTEGER[], c_list_list VARCHAR[][], c_array FLOAT[3], c_array_list mood[2][],
  c_struct STRUCT("a b" INTEGER, "q""u" mood, nested STRUCT(d DECIMAL(5, 2), j JSON)),
  c_tuple TUPLE(INTEGER, VARCHAR), c_row ROW(i UBIGINT), c_map MAP(VARCHAR, HUGEINT),
  c_map_deep MAP(INTEGER, STRUCT(l TIMESTAMPTZ[], u UNION(n INTEGER, s VARCHAR))[]),
  c_union UNION(num INTEGER, str VARCHAR));
CREATE TABLE geometries (g GEOMETRY('OGC:CRS84'));
CREATE TABLE plain.defaults (
  id INTEGER PRIMARY KEY DEFAULT nextval('numbers'),
  label VARCHAR DEFAULT 'a''b' NOT NULL UNIQUE,
  odd BIGINT DEFAULT nextval('plain."Odd numbers"'),
  shifted INTEGER DEFAULT nextval('numbers') + 1,
  made_at TIMESTAMP DEFAULT current_timestamp,
  twice INTEGER GENERATED ALWAYS AS (id * 2) VIRTUAL,
  amount money NOT NULL);
CREATE TABLE "pla_n".t (x INTEGER);
CREATE TABLE "S.p a%c_e ""q"""."T.a b%_l ""e""" ("c.o l%_ ""u""" INTEGER NOT NULL, "ünï©ødé 😀" VARCHAR,
  "SELECT" DATE, "back\slash" INTEGER);
CREATE TABLE other."select"."from" ("where" INTEGER PRIMARY KEY, "null" VARCHAR);
CREATE TABLE "second db".main."日本" ("列" INTEGER, Mixed INTEGER, PRIMARY KEY ("MIXED", "列"));
CREATE TABLE parent (a INTEGER, b INTEGER, c VARCHAR UNIQUE, PRIMARY KEY (b, a), UNIQUE (b, a));
CREATE TABLE child (
  id INTEGER PRIMARY KEY, up INTEGER REFERENCES child (id), pa INTEGER, pb INTEGER,
  qa INTEGER, qb INTEGER, pc VARCHAR REFERENCES parent (c),
  FOREIGN KEY (pb, pa) REFERENCES parent (b, a),
  CONSTRAINT second_parent FOREIGN KEY (qb, qa) REFERENCES parent (b, a));
CREATE TABLE "Parent of Cases" ("A" INTEGER, "B b" INTEGER, PRIMARY KEY ("a", "b B"));
CREATE TABLE "Child of Cases" (
  "X" INTEGER, Y INTEGER, FOREIGN KEY (x, y) REFERENCES "parent OF cases" ("a", "B B"));
CREATE TABLE "self""ref" (a INTEGER, b INTEGER, ua INTEGER, ub INTEGER, PRIMARY KEY (a, b),
  FOREIGN KEY (ua, ub) REFERENCES "self""ref" (a, b));
CREATE TABLE other.main.parent (a INTEGER PRIMARY KEY);
CREATE TABLE other.main.child (a INTEGER REFERENCES other.main.parent (a));
CREATE VIEW seen AS SELECT id, label AS "the label", amount, [1.5] AS made FROM plain.defaults;
CREATE VIEW plain.moods AS SELECT c_mood, c_list, c_struct FROM every_type;
CREATE TABLE gone (x INTEGER, y INTEGER);
CREATE VIEW broken AS SELECT x FROM gone;
CREATE VIEW other."select".broken_too AS SELECT y FROM memory.main.gone;
DROP TABLE gone;
CREATE TABLE changed (x INTEGER, y INTEGER);
CREATE VIEW shrunk AS SELECT * FROM changed;
CREATE VIEW broken_column AS SELECT y FROM changed;
ALTER TABLE changed DROP COLUMN y;
CREATE TEMPORARY TABLE "temp table" (id INTEGER PRIMARY KEY, v VARCHAR);
CREATE TEMPORARY VIEW temp_view AS SELECT 1 AS one;
CREATE MACRO twice(x) AS 2 * x;
CREATE INDEX changed_x ON changed (x);
COMMENT ON TABLE every_type IS 'all of them';
COMMENT ON COLUMN every_type.c_enum IS 'one of two';
COMMENT ON COLUMN "S.p a%c_e ""q"""."T.a b%_l ""e"""."c.o l%_ ""u""" IS 'it''s "quoted"';
COMMENT ON VIEW seen IS 'a view';
COMMENT ON COLUMN seen."the label" IS 'of a view';
COMMENT ON COLUMN broken.x IS 'of nothing'
