-- Audit rows of a range of keys that were put back.
SELECT r.source_key
FROM activity.migration_restored AS r
WHERE r.database = $1 AND r.source = $2 AND r.source_key > $3 AND r.source_key <= $4
