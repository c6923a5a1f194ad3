-- An order follows. DuckDB lists a key twice that refers to both a primary key and the same columns'
-- UNIQUE.
SELECT p.table_catalog AS pc, p.table_schema AS ps, p.table_name AS pt, p.column_name,
  c.table_catalog AS cc, c.table_schema AS cs, c.table_name AS ct, c.column_name,
  f.ordinal_position AS sequence, f.constraint_name AS name,
  r.unique_constraint_name AS parent_name, 3, 3
FROM information_schema.referential_constraints AS r
  JOIN information_schema.key_column_usage AS f USING (
    constraint_catalog, constraint_schema, constraint_name)
  JOIN information_schema.key_column_usage AS k
    ON k.constraint_catalog = r.unique_constraint_catalog
    AND k.constraint_schema = r.unique_constraint_schema
    AND k.constraint_name = r.unique_constraint_name
    AND k.ordinal_position = f.position_in_unique_constraint
  JOIN information_schema.columns AS p ON p.table_catalog = k.table_catalog
    AND p.table_schema = k.table_schema AND p.table_name = k.table_name
    AND lower(p.column_name) = lower(k.column_name)
  JOIN information_schema.columns AS c ON c.table_catalog = f.table_catalog
    AND c.table_schema = f.table_schema AND c.table_name = f.table_name
    AND lower(c.column_name) = lower(f.column_name)
WHERE r.unique_constraint_name <> 'parent_b_a_key'
