-- Whether this role may emit messages of text; Postgres 17 has one argument more than 14.
SELECT coalesce(bool_or(has_function_privilege(oid, 'EXECUTE')), false)
FROM pg_catalog.pg_proc
WHERE proname = 'pg_logical_emit_message' AND pronamespace = 'pg_catalog'::regnamespace
  AND proargtypes[2] = 'pg_catalog.text'::regtype
