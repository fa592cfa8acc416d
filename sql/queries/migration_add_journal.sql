-- Whole rows of changes; those that are there already come again after a crash.
INSERT INTO activity.migration_journal (migration_id, table_name, commit_lsn, committed_at, xid, ordinal, operation, old_row, new_row)
SELECT $1, j.table_name, '0/0'::pg_lsn + j.commit_lsn, j.committed_at, j.xid, j.ordinal, j.operation, j.old_row, j.new_row
FROM unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::bigint[], $6::bigint[], $7::text[], $8::jsonb[], $9::jsonb[])
    AS j (table_name, commit_lsn, committed_at, xid, ordinal, operation, old_row, new_row)
ON CONFLICT (migration_id, table_name, commit_lsn, ordinal) DO NOTHING
