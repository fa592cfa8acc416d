-- What a server has set for logical replication, and how much of it is in use.
-- idle_replication_slot_timeout is there from Postgres 18 on.
SELECT
    current_setting('server_version_num')::int,
    current_setting('server_version'),
    current_database()::text,
    pg_is_in_recovery(),
    current_setting('wal_level'),
    current_setting('max_replication_slots')::int,
    (SELECT count(*) FROM pg_replication_slots)::int,
    current_setting('max_wal_senders')::int,
    (SELECT count(*) FROM pg_stat_replication)::int,
    coalesce(pg_size_bytes(nullif(current_setting('max_slot_wal_keep_size'), '-1')), -1),
    (SELECT s.setting::bigint FROM pg_settings AS s WHERE s.name = 'wal_sender_timeout'),
    coalesce(extract(epoch FROM current_setting('idle_replication_slot_timeout', TRUE)::interval) * 1000, 0)::bigint,
    w.wal_bytes::bigint,
    greatest(extract(epoch FROM clock_timestamp() - w.stats_reset), 0)::float8,
    ARRAY(
        SELECT p.oid::regprocedure::text
        FROM pg_proc AS p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = 'pg_logical_emit_message'
            AND EXISTS (
                SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
                WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE'
            )
        ORDER BY 1
    )
FROM pg_stat_wal AS w
