-- A piece of the journal, by where it ends, and the audit rows that it made.
INSERT INTO activity_migration.restored (migration_id, table_name, commit_lsn, ordinal, source_keys, behind)
VALUES ($1, $2, '0/0'::pg_lsn + $3::bigint, $4, $5, $6)
