-- Who asks.
SELECT r.rolname::text, r.rolsuper
FROM pg_roles AS r
WHERE r.rolname = current_user
