-- The batches that snapshot $1 could not see and this one can, without those in
-- $2, together with this snapshot: one row more than none, so that it always
-- comes.
SELECT
    here.snapshot::text,
    pg_is_in_recovery(),
    b.xid,
    b.least_occurred_at,
    b.greatest_occurred_at
FROM (SELECT pg_current_snapshot() AS snapshot) AS here
LEFT JOIN activity.batch AS b
       ON b.xid >= pg_snapshot_xmin($1)
      AND b.xid < pg_snapshot_xmax(here.snapshot)
      AND NOT pg_visible_in_snapshot(b.xid, $1)
      AND b.xid <> ALL ($2)
ORDER BY b.least_occurred_at
