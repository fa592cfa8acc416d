-- Keeps the activities of projects without a class of their own for $1.
UPDATE activity.retention_class
SET keep = $1
WHERE class = 'default'
  AND keep IS DISTINCT FROM $1
