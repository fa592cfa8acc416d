-- The migration that a key started.
SELECT m.id FROM activity.migration AS m WHERE m.idempotency_key = $1
