-- An order follows.
SELECT pc, ps, pt, parent_column, cc, cs, ct, child_column, sequence, name, parent_name, on_update,
  on_delete
FROM (
  SELECT t.schema AS pc, NULL AS ps, coalesce(p.name, k."table") AS pt,
    coalesce(c.name, d.name, k."to", k."from") AS parent_column, t.schema AS cc, NULL AS cs, t.name AS ct,
    own.name AS child_column, k.seq + 1 AS sequence, NULL AS name, NULL AS parent_name,
    CASE k.on_update WHEN 'CASCADE' THEN 0 WHEN 'RESTRICT' THEN 1 WHEN 'SET NULL' THEN 2
      WHEN 'NO ACTION' THEN 3 WHEN 'SET DEFAULT' THEN 4 END AS on_update,
    CASE k.on_delete WHEN 'CASCADE' THEN 0 WHEN 'RESTRICT' THEN 1 WHEN 'SET NULL' THEN 2
      WHEN 'NO ACTION' THEN 3 WHEN 'SET DEFAULT' THEN 4 END AS on_delete, k.id AS id
  FROM pragma_table_list AS t, pragma_foreign_key_list(t.name, t.schema) AS k
    JOIN pragma_table_info(t.name, t.schema) AS own ON own.name = k."from" COLLATE NOCASE
    LEFT JOIN pragma_table_list AS p
      ON p.schema = t.schema AND p.name = k."table" COLLATE NOCASE
    LEFT JOIN pragma_table_info(p.name, p.schema) AS c ON c.name = k."to" COLLATE NOCASE
    LEFT JOIN pragma_table_info(p.name, p.schema) AS d
      ON k."to" IS NULL AND d.pk = k.seq + 1
  WHERE t.type = 'table')
