-- How far behind the store is. Each part is bounded, whatever the trail's size.
-- Batches from before a restore may carry transaction ids that this cluster hasn't
-- reached.
SELECT
    (SELECT b.ingested_at
     FROM activity.batch AS b
     WHERE b.xid < pg_snapshot_xmax(pg_current_snapshot())
     ORDER BY b.xid DESC
     LIMIT 1),
    (SELECT extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY newest.lag))::double precision
     FROM (SELECT a.ingested_at - a.observed_at AS lag
           FROM activity.activity AS a
           WHERE a.occurred_at > now() - interval '1 day'
             /* filter */
           ORDER BY a.occurred_at DESC, a.id DESC
           LIMIT 100) AS newest),
    (SELECT count(*) FROM (SELECT FROM activity.rejected LIMIT 1000000) AS letter),
    (SELECT count(*) FROM (SELECT FROM activity.rollup_hour_delta LIMIT 100000) AS delta)
        + (SELECT count(*) FROM (SELECT FROM activity.rollup_action_day_delta LIMIT 100000) AS delta)
