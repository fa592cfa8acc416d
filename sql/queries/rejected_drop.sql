-- Forgets a dead letter: it was replayed, or nobody wants it.
DELETE FROM activity.rejected
WHERE occurred_at = $1 AND id = $2
