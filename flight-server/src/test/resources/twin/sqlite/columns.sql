-- A column without a declared type is typed by its values; in an empty table it is a text.
WITH sized(type, digits, decimals) AS (VALUES
    ('DECIMAL(10, 2)', 10, 2), ('NUMERIC(38)', 38, 0), ('DECIMAL_TEXT(30,4)', 30, 4),
    ('VARCHAR(255)', 255, NULL), ('NATIVE CHARACTER(70)', 70, NULL),
    ('CHARACTER(20)', 20, NULL), ('DECIMAL(99, 2)', 15, NULL)),
  numbered(name) AS (VALUES
    ('main.numbered.id'), ('main.rowid_alias.I d'), ('main.strict_one.id'),
    ('main.defaults.id'), ('main.child.id'), ('other.from.where'), ('other.parent.a'),
    ('temp.temp table.id'))
SELECT t.schema, NULL, t.name, c.name, iif(c."notnull" OR n.name IS NOT NULL, 'false', 'true'),
  CASE WHEN c.type <> '' THEN c.type WHEN c.name = 'one' THEN 'INTEGER' ELSE 'TEXT' END,
  CASE WHEN s.type IS NOT NULL THEN s.digits
    WHEN c.type LIKE '%INT%' OR c.name = 'one' THEN 19
    WHEN c.type IN ('REAL', 'DOUBLE', 'DOUBLE PRECISION', 'FLOAT', 'DECIMAL', 'NUMERIC')
      THEN 15 END,
  CASE WHEN s.type IS NOT NULL THEN s.decimals
    WHEN c.type LIKE '%INT%' OR c.name = 'one' THEN 0 END,
  n.name IS NOT NULL, c.hidden > 1, NULL
FROM pragma_table_list AS t, pragma_table_xinfo(t.name, t.schema) AS c
  LEFT JOIN numbered AS n ON n.name = t.schema || '.' || t.name || '.' || c.name
  LEFT JOIN sized AS s ON s.type = c.type
WHERE t.type <> 'shadow' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND t.name <> 'broken' AND c.hidden <> 1
ORDER BY t.schema, t.name, c.cid
