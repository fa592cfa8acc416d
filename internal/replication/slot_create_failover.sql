-- Makes a logical slot that standbys have too (Postgres 17 and newer).
SELECT pg_wal_lsn_diff(s.lsn, '0/0')::bigint
FROM pg_create_logical_replication_slot($1::text, 'pgoutput', failover => TRUE) AS s
