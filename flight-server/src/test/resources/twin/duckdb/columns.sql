-- DuckDB remembers the columns of broken views.
SELECT database_name, schema_name, table_name, column_name, is_nullable,
  if(data_type = '"NULL"', 'NULL', data_type),
  CASE WHEN data_type LIKE 'DECIMAL(%' THEN numeric_precision
    WHEN data_type LIKE '%HUGEINT' THEN 38 END,
  CASE WHEN data_type LIKE 'DECIMAL(%' THEN numeric_scale
    WHEN data_type LIKE '%HUGEINT' THEN 0 END,
  CASE WHEN table_name = 'defaults' AND column_name IN ('id', 'odd') THEN 1 ELSE 0 END,
  is_generated::INTEGER, comment
FROM duckdb_columns()
WHERE NOT internal AND table_name NOT LIKE 'broken%'
  AND (table_name, column_name) <> ('shrunk', 'y')
ORDER BY database_name, schema_name, table_name, column_index
