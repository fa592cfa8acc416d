-- The snapshot from which a tail sees what arrived since $1: nothing from the
-- first such batch on was visible to it. Batches from before a restore may carry
-- transaction ids that this cluster hasn't reached. Postgres 14 orders
-- transaction ids but has no min() of them.
SELECT coalesce(
    (SELECT b.xid::text || ':' || b.xid::text || ':'
     FROM activity.batch AS b
     WHERE b.ingested_at >= $1
       AND b.xid < pg_snapshot_xmax(pg_current_snapshot())
     ORDER BY b.xid
     LIMIT 1),
    pg_current_snapshot()::text)
