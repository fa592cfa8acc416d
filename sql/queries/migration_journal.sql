-- Changes of a table behind a place, in their order.
SELECT j.table_name, (j.commit_lsn - '0/0')::bigint, j.committed_at, j.xid, j.ordinal, j.operation, j.old_row, j.new_row
FROM activity.migration_journal AS j
WHERE j.migration_id = $1
  AND j.table_name = $2
  AND (j.commit_lsn, j.ordinal) > ('0/0'::pg_lsn + $3::bigint, $4)
ORDER BY j.commit_lsn, j.ordinal
LIMIT $5
