SELECT name FROM pragma_database_list ORDER BY 1
