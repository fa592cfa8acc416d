-- Replication slots, how many bytes of WAL each keeps, and how many its consumer has
-- not confirmed. invalidation_reason is there from Postgres 17 on.
SELECT
    s.slot_name::text,
    s.active,
    coalesce(s.wal_status, ''),
    coalesce(to_jsonb(s) ->> 'invalidation_reason', ''),
    greatest(coalesce(pg_wal_lsn_diff(here.lsn, s.restart_lsn), 0), 0)::bigint,
    greatest(coalesce(pg_wal_lsn_diff(here.lsn, coalesce(s.confirmed_flush_lsn, s.restart_lsn)), 0), 0)::bigint
FROM pg_replication_slots AS s
CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn) AS here
WHERE NOT s.temporary
ORDER BY 1
