-- A fence as the log has it, and what it means for the migration.
WITH fence AS (
    INSERT INTO activity.migration_fence (database, table_name, lsn, recorder, migration_id)
    VALUES ($1, $2, '0/0'::pg_lsn + $3::bigint, $4, $5)
    ON CONFLICT (database, table_name, lsn) DO NOTHING
)
UPDATE activity.migration_table AS t
SET recorder = $4, fence_lsn = '0/0'::pg_lsn + $3::bigint, fenced_at = CASE WHEN $4 = 'log' THEN now() END, error = NULL
WHERE t.migration_id = $5 AND t.table_name = $2 AND COALESCE(t.fence_lsn, '0/0') <= '0/0'::pg_lsn + $3::bigint
