-- An audit table as it was found. What is known of its progress stays.
INSERT INTO activity.migration_source (migration_id, source, rows_total, bytes, definition)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (migration_id, source) DO UPDATE
SET rows_total = EXCLUDED.rows_total, bytes = EXCLUDED.bytes, definition = EXCLUDED.definition
