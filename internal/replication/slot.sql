-- A replication slot. failover and invalidation_reason are there from Postgres 17 on.
SELECT
    s.slot_name::text,
    coalesce(s.plugin::text, ''),
    coalesce(s.database::text, ''),
    s.active,
    s.temporary,
    coalesce(s.wal_status, ''),
    coalesce(to_jsonb(s) ->> 'invalidation_reason', ''),
    coalesce((to_jsonb(s) ->> 'failover')::boolean, FALSE),
    coalesce(pg_wal_lsn_diff(s.confirmed_flush_lsn, '0/0'), 0)::bigint,
    coalesce(pg_wal_lsn_diff(s.restart_lsn, '0/0'), 0)::bigint,
    coalesce(pg_wal_lsn_diff(here.lsn, '0/0'), 0)::bigint
FROM pg_replication_slots AS s
CROSS JOIN (SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END AS lsn) AS here
WHERE s.slot_name = $1::text
