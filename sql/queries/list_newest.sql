-- Newest first, behind the position ($2, $3) and not before $1. The plain
-- comparison with $2 prunes partitions, which the row comparison can't.
SELECT
    /* columns */
FROM activity.activity AS a
WHERE a.occurred_at >= $1
  AND a.occurred_at <= $2
  AND (a.occurred_at, a.id) < ($2, $3)
  /* filter */
ORDER BY a.occurred_at DESC, a.id DESC
LIMIT $4
