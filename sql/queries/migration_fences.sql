-- Who records which table from which place on.
SELECT f.table_name, (f.lsn - '0/0')::bigint, f.recorder, f.migration_id
FROM activity.migration_fence AS f
WHERE f.database = $1
ORDER BY f.table_name, f.lsn
