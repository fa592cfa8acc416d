-- What a role may do; that of the connection for ''. On RDS, membership of rds_replication
-- takes the place of the attribute.
SELECT
    r.rolname::text,
    r.rolsuper,
    r.rolcanlogin,
    r.rolreplication OR EXISTS (
        SELECT FROM pg_roles AS g
        WHERE g.rolname = 'rds_replication' AND pg_has_role(r.oid, g.oid, 'MEMBER')
    ),
    has_database_privilege(r.oid, current_database(), 'CONNECT'),
    has_database_privilege(r.oid, current_database(), 'CREATE'),
    (
        SELECT bool_and(has_function_privilege(r.oid, p.oid, 'EXECUTE'))
        FROM pg_proc AS p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = 'pg_logical_emit_message'
    )
FROM pg_roles AS r
WHERE r.rolname = coalesce(nullif($1::text, ''), current_user)
