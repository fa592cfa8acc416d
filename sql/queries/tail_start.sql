-- The snapshot from which a tail sees what arrived since $1: nothing from the
-- first such batch on was visible to it. Batches from before a restore may carry
-- transaction ids that this cluster hasn't reached.
SELECT coalesce(min(b.xid)::text || ':' || min(b.xid)::text || ':', pg_current_snapshot()::text)
FROM activity.batch AS b
WHERE b.ingested_at >= $1
  AND b.xid < pg_snapshot_xmax(pg_current_snapshot())
