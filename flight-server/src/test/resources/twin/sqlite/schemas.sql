-- ?1 the catalog, ?2 the pattern of the schema; null for any
SELECT name, '' FROM pragma_database_list WHERE (?1 IS NULL OR name = ?1)
  AND (?2 IS NULL OR '' LIKE ?2 ESCAPE '\') ORDER BY name
