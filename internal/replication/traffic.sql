-- How much each table is written, and how wide its rows are with what is stored out of
-- line. The widths that ANALYZE measured are only for those who may read the table; else
-- it is what the rows take of the pages.
SELECT
    c.oid,
    coalesce(s.n_tup_ins, 0)::bigint,
    coalesce(s.n_tup_upd, 0)::bigint,
    coalesce(s.n_tup_del, 0)::bigint,
    coalesce((
        coalesce(
            (SELECT sum(w.avg_width) FROM pg_stats AS w WHERE w.schemaname = n.nspname AND w.tablename = c.relname AND NOT w.inherited),
            c.relpages * blocks.bytes / rows.n
        )
        + coalesce((SELECT t.relpages FROM pg_class AS t WHERE t.oid = c.reltoastrelid), 0) * blocks.bytes / rows.n
    ), 0)::bigint,
    greatest(extract(epoch FROM clock_timestamp() - coalesce(d.stats_reset, pg_postmaster_start_time())), 0)::float8,
    d.stats_reset IS NULL
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_stat_database AS d ON d.datname = current_database()
CROSS JOIN (SELECT current_setting('block_size')::float8 AS bytes) AS blocks
LEFT JOIN pg_stat_user_tables AS s ON s.relid = c.oid
CROSS JOIN LATERAL (
    SELECT nullif(CASE WHEN c.reltuples > 0 THEN c.reltuples::float8 ELSE coalesce(s.n_live_tup, 0)::float8 END, 0) AS n
) AS rows
WHERE c.oid = ANY ($1::bigint[]::oid[])
