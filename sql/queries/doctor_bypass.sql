-- Roles that pass by the project scopes and should not: the role that scoped
-- transactions take ($1), and those that read through it without writing.
SELECT
    r.rolname::text,
    r.oid = reader.oid,
    CASE
        WHEN r.rolsuper THEN 'is a superuser'
        WHEN r.rolbypassrls THEN 'has BYPASSRLS'
        ELSE 'may act as the owner of activity.activity'
    END
FROM pg_roles AS reader
CROSS JOIN pg_class AS trail
JOIN pg_roles AS r ON pg_has_role(r.oid, reader.oid, 'MEMBER')
WHERE reader.rolname = $1
  AND trail.oid = 'activity.activity'::regclass
  AND (r.oid = reader.oid AND (r.rolsuper OR r.rolbypassrls OR pg_has_role(r.oid, trail.relowner, 'MEMBER'))
       OR r.oid <> reader.oid AND r.rolbypassrls AND NOT r.rolsuper
          AND NOT pg_has_role(r.oid, trail.relowner, 'MEMBER')
          AND NOT has_table_privilege(r.oid, trail.oid, 'INSERT'))
ORDER BY 1
