-- The audit tables of migrations.
SELECT
    s.migration_id, s.source, s.phase, s.rows_total, s.bytes, s.rows_done, s.written, s.skipped, s.position, s.swept,
    s.first_xid::text, COALESCE(s.read_rate, 0),
    (
        SELECT count(*)
        FROM activity.migration_difference AS d
        WHERE d.migration_id = s.migration_id AND d.found_by = 'comparison' AND d.source = s.source
    ),
    COALESCE(s.error, ''), s.definition
FROM activity.migration_source AS s
WHERE s.migration_id = ANY ($1)
ORDER BY s.source
