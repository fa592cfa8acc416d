-- How much is in some tables. It waits for locks on them, so that no others are asked about.
SELECT
    c.oid,
    CASE
        WHEN c.relkind = 'v' THEN -1
        WHEN size.bytes = 0 THEN 0
        -- As the planner does: the density that was measured, over the pages that there are.
        WHEN size.measured > 0 AND size.pages > 0 THEN size.measured / size.pages * (size.bytes / current_setting('block_size')::float8)
        -- Nothing was measured yet; rows of audit tables take about that much.
        ELSE ceil(size.bytes / 300.0)
    END::bigint,
    size.total
FROM pg_class AS c
CROSS JOIN LATERAL (
    SELECT
        coalesce(sum(pg_relation_size(l.oid)), 0)::float8 AS bytes,
        coalesce(sum(pg_total_relation_size(l.oid)), 0)::bigint AS total,
        sum(greatest(l.reltuples, 0))::float8 AS measured,
        sum(l.relpages)::float8 AS pages
    FROM pg_class AS l
    WHERE l.oid = c.oid OR (c.relkind = 'p' AND l.oid IN (SELECT p.relid FROM pg_partition_tree(c.oid) AS p WHERE p.isleaf))
) AS size
WHERE c.oid = ANY ($1::bigint[]::oid[])
