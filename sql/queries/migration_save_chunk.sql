-- A chunk that is written, and how far that is.
WITH chunk AS (
    INSERT INTO activity.migration_chunk (migration_id, source, pass, started_at, after_key, last_key, rows, written)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (migration_id, source, pass, last_key) DO NOTHING
    RETURNING 1
)
UPDATE activity.migration_source AS s
SET rows_done  = s.rows_done + CASE WHEN $3 = 'backfill' THEN $7 ELSE 0 END,
    rows_total = GREATEST(s.rows_total, s.rows_done + CASE WHEN $3 = 'backfill' THEN $7 ELSE 0 END),
    written    = s.written + $8,
    skipped    = s.skipped + $9,
    position   = CASE WHEN $3 = 'backfill' THEN $6 ELSE s.position END,
    swept      = CASE WHEN $3 = 'sweep' THEN $6 ELSE s.swept END,
    read_rate  = $10,
    error      = COALESCE(NULLIF($11, ''), s.error) -- until somebody has looked at it
WHERE s.migration_id = $1 AND s.source = $2
