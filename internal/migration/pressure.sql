-- What the server has to carry: how far its standbys are behind, in seconds, and how many
-- other sessions work.
SELECT
    COALESCE((
        SELECT EXTRACT(epoch FROM max(r.replay_lag))
        FROM pg_catalog.pg_stat_replication AS r
        -- Readers of logical slots, such as the receiver, hold nobody up.
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_replication_slots AS s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')
    ), 0)::float8,
    (
        SELECT count(*)
        FROM pg_catalog.pg_stat_activity AS a
        WHERE a.state = 'active' AND a.backend_type = 'client backend' AND a.pid <> pg_catalog.pg_backend_pid()
    )
