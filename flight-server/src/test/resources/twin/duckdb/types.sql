-- JSON is an alias of VARCHAR's to DuckDB, and no column is declared as NULL or TYPE.
SELECT DISTINCT if(type_name = 'JSON', type_name, logical_type) FROM duckdb_types()
WHERE database_name = 'system' AND logical_type NOT IN ('NULL', 'TYPE')
