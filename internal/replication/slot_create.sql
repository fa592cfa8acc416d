-- Makes a logical slot, and says from where on it has all changes.
SELECT pg_wal_lsn_diff(s.lsn, '0/0')::bigint
FROM pg_create_logical_replication_slot($1::text, 'pgoutput') AS s
