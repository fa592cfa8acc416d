-- What differs; what is known already stays as it is.
INSERT INTO activity.migration_difference
    (migration_id, occurred_at, source, table_name, kind, found_by, source_key, lsn, activity_id, detail)
SELECT $1, d.occurred_at, d.source, d.table_name, d.kind, d.found_by, d.source_key, '0/0'::pg_lsn + d.lsn, d.activity_id, d.detail
FROM unnest($2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[], $9::uuid[], $10::text[])
    AS d (occurred_at, source, table_name, kind, found_by, source_key, lsn, activity_id, detail)
ON CONFLICT DO NOTHING
