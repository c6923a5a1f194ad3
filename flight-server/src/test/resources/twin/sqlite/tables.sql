-- ?1 the catalog, ?2 and ?3 patterns of schema and table, ?4 the type; null for any
SELECT schema, NULL, name, iif(type = 'view', 'VIEW', 'TABLE') AS kind FROM pragma_table_list
WHERE type <> 'shadow' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
  AND (?1 IS NULL OR schema = ?1) AND (?2 IS NULL OR '' LIKE ?2 ESCAPE '\')
  AND (?3 IS NULL OR name LIKE ?3 ESCAPE '\')
  AND (?4 IS NULL OR ?4 = kind) ORDER BY schema, name
