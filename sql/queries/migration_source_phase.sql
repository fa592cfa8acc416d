-- Where an audit table is by itself.
UPDATE activity.migration_source
SET phase = $3, error = NULLIF($4, ''), swept = CASE WHEN $5 THEN NULL ELSE swept END
WHERE migration_id = $1 AND source = $2
