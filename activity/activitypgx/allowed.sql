-- Whether this role may emit messages; Postgres 17 has other arguments than 14.
SELECT coalesce(bool_and(has_function_privilege(oid, 'EXECUTE')), false)
FROM pg_catalog.pg_proc
WHERE proname = 'pg_logical_emit_message' AND pronamespace = 'pg_catalog'::regnamespace
