-- How a fence went.
UPDATE activity.migration_table
SET lock_seconds = $3, attempts = attempts + $4, error = NULLIF($5, '')
WHERE migration_id = $1 AND table_name = $2
