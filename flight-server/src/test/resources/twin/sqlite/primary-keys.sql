-- ?1, ?2, ?3 the table
SELECT t.schema, ?2, t.name, c.name, c.pk, NULL
FROM pragma_table_list AS t, pragma_table_info(t.name, t.schema) AS c
WHERE t.type <> 'view' AND t.schema = ?1 AND t.name = ?3 AND c.pk > 0
ORDER BY c.pk
