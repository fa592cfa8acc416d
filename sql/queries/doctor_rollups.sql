-- The rows of counts that wait to be folded into the totals, bounded, and since when
-- the first of some of them waits: the batch has the time of the transaction that
-- wrote them. A row carries the lower half of its transaction's number.
SELECT
    (SELECT count(*) FROM (SELECT FROM activity.rollup_hour_delta LIMIT 100000) AS delta)
        + (SELECT count(*) FROM (SELECT FROM activity.rollup_action_day_delta LIMIT 100000) AS delta),
    coalesce((SELECT extract(epoch FROM now() - min(b.ingested_at))
              FROM (SELECT DISTINCT here.xid - ((here.xid - delta.xid) & 4294967295) AS xid
                    FROM (SELECT d.xmin::text::bigint AS xid FROM activity.rollup_hour_delta AS d LIMIT 1000) AS delta
                    CROSS JOIN (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xid) AS here) AS waiting
              JOIN activity.batch AS b ON b.xid = waiting.xid::text::xid8), 0)::double precision
