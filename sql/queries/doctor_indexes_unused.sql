-- Indexes that were never read, partitions added up: for how long statistics have
-- been kept, how often other indexes of the table were read since, how many bytes
-- they take. Where statistics were never reset, they are as old as the server's last
-- start at least. Unique indexes have a purpose without being read.
WITH kept AS (
    SELECT greatest(extract(epoch FROM now() - coalesce(d.stats_reset, pg_postmaster_start_time())), 0)::double precision AS seconds
    FROM pg_stat_database AS d
    WHERE d.datname = current_database()
), whole AS (
    SELECT
        coalesce(parent.inhparent, i.indexrelid) AS index_oid,
        coalesce(tree.inhparent, i.indrelid) AS table_oid,
        i.indisunique AS is_unique,
        sum(s.idx_scan)::bigint AS scans,
        sum(pg_relation_size(i.indexrelid))::bigint AS bytes
    FROM pg_stat_all_indexes AS s
    JOIN pg_index AS i ON i.indexrelid = s.indexrelid
    LEFT JOIN pg_inherits AS parent ON parent.inhrelid = i.indexrelid
    LEFT JOIN pg_inherits AS tree ON tree.inhrelid = i.indrelid
    WHERE s.schemaname = 'activity'
    GROUP BY 1, 2, 3
), compared AS (
    SELECT index_oid, is_unique, scans, bytes, sum(scans) OVER (PARTITION BY table_oid)::bigint AS table_scans
    FROM whole
)
SELECT format('activity.%I', x.relname), c.bytes, kept.seconds, c.table_scans
FROM compared AS c
JOIN pg_class AS x ON x.oid = c.index_oid
CROSS JOIN kept
WHERE c.scans = 0 AND NOT c.is_unique
ORDER BY c.bytes DESC, 1
