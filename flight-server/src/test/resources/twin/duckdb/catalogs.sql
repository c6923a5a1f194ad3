SELECT database_name FROM duckdb_databases() WHERE database_name <> 'system' ORDER BY 1
