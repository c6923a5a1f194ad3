-- $1 the catalog, $2 and $3 patterns of schema and table, $4 the type; null for any
SELECT table_catalog, table_schema, table_name, if(table_type = 'VIEW', 'VIEW', 'TABLE') AS type
FROM information_schema.tables
WHERE table_catalog <> 'system' AND ($1 IS NULL OR table_catalog = $1)
  AND ($2 IS NULL OR table_schema LIKE $2 ESCAPE '\')
  AND ($3 IS NULL OR table_name LIKE $3 ESCAPE '\')
  AND ($4 IS NULL OR $4 = type) ORDER BY ALL
