-- $1 the catalog, $2 the pattern of the schema; null for any
SELECT catalog_name, schema_name FROM information_schema.schemata
WHERE catalog_name <> 'system' AND ($1 IS NULL OR catalog_name = $1)
  AND ($2 IS NULL OR schema_name LIKE $2 ESCAPE '\') ORDER BY ALL
