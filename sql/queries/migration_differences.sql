-- The differences of a migration, the newest first.
SELECT
    d.found_at, d.occurred_at, d.source, d.table_name, d.kind, d.found_by, d.source_key, COALESCE(d.lsn - '0/0', 0)::bigint, d.activity_id, d.detail
FROM activity.migration_difference AS d
WHERE d.migration_id = $1
ORDER BY d.found_at DESC, d.source, d.source_key
LIMIT NULLIF($2, 0)
