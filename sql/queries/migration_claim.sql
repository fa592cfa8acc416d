-- Takes a migration that nobody has taken yet, unless one of this database runs.
UPDATE activity.migration
SET database = $1, updated_at = now()
WHERE id = (SELECT m.id FROM activity.migration AS m WHERE m.database IS NULL AND m.ended_at IS NULL ORDER BY m.started_at LIMIT 1)
  AND NOT EXISTS (SELECT FROM activity.migration AS m WHERE m.database = $1 AND m.ended_at IS NULL)
