-- The rows of the batches $3, all of which lie from $1 to $2.
SELECT
    /* columns */
FROM activity.activity AS a
WHERE a.occurred_at >= $1
  AND a.occurred_at <= $2
  AND a.xmin = ANY ($3)
  /* filter */
ORDER BY a.occurred_at, a.id
