-- Roles and databases for which commits don't wait for the disk, as far as sessions
-- of this database have it.
SELECT concat_ws(' in ',
    CASE WHEN s.setrole <> 0 THEN format('role %I', r.rolname) END,
    CASE WHEN s.setdatabase <> 0 THEN format('database %I', d.datname) END)
FROM pg_db_role_setting AS s
LEFT JOIN pg_roles AS r ON r.oid = s.setrole
LEFT JOIN pg_database AS d ON d.oid = s.setdatabase
WHERE (s.setdatabase = 0 OR d.datname = current_database())
  AND EXISTS (SELECT FROM unnest(s.setconfig) AS c (line) WHERE c.line ~* '^synchronous_commit=(off|false|no|0)$')
ORDER BY 1
