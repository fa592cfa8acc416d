-- The keys of the audit rows that a piece of the journal made, which ends here; none when
-- it wasn't put back.
SELECT r.source_keys
FROM activity_migration.restored AS r
WHERE r.migration_id = $1 AND r.table_name = $2 AND r.commit_lsn = '0/0'::pg_lsn + $3::bigint AND r.ordinal = $4
