-- The audited tables of migrations.
SELECT
    t.migration_id, t.table_name, t.source, t.recorder, t.fenced_at, COALESCE(t.fence_lsn - '0/0', 0)::bigint,
    COALESCE(t.lock_seconds, 0), t.attempts, t.compared,
    (
        SELECT count(*)
        FROM activity.migration_difference AS d
        WHERE d.migration_id = t.migration_id AND d.found_by = 'parity' AND d.source = t.source AND d.table_name = t.table_name
    ),
    COALESCE(t.error, '')
FROM activity.migration_table AS t
WHERE t.migration_id = ANY ($1)
ORDER BY t.table_name
