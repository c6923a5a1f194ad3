-- $1, $2, $3 the table
SELECT k.table_catalog, k.table_schema, k.table_name, c.column_name, k.ordinal_position,
  k.constraint_name
FROM information_schema.key_column_usage AS k
  JOIN information_schema.table_constraints AS t USING (
    constraint_catalog, constraint_schema, constraint_name)
  JOIN information_schema.columns AS c ON c.table_catalog = k.table_catalog
    AND c.table_schema = k.table_schema AND c.table_name = k.table_name
    AND lower(c.column_name) = lower(k.column_name)
WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_catalog = $1 AND k.table_schema = $2
  AND k.table_name = $3
ORDER BY k.ordinal_position
