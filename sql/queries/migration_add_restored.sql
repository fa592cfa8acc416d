-- Audit rows that were put back.
INSERT INTO activity.migration_restored (database, source, source_key)
SELECT $1, $2, k FROM unnest($3::bigint[]) AS k
ON CONFLICT DO NOTHING
