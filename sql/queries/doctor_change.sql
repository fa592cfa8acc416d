-- Roles that may change what happened: UPDATE, DELETE or TRUNCATE activities, in the
-- table or in a partition. Superusers, the owner and who may act as the owner can do
-- so anyhow.
SELECT r.rolname::text, string_agg(DISTINCT p.name, ', ' ORDER BY p.name)
FROM pg_class AS c
CROSS JOIN pg_roles AS r
CROSS JOIN (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS p (name)
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'activity')
  AND (c.oid = 'activity.activity'::regclass
       OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'activity.activity'::regclass))
  AND NOT r.rolsuper
  AND r.rolname !~ '^pg_'
  AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER')
  AND (has_table_privilege(r.oid, c.oid, p.name)
       OR p.name = 'UPDATE' AND has_any_column_privilege(r.oid, c.oid, 'UPDATE'))
GROUP BY r.rolname
ORDER BY r.rolname
