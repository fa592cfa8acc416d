-- Oldest first, behind the position ($1, $3) and before $2.
SELECT
    /* columns */
FROM activity.activity AS a
WHERE a.occurred_at >= $1
  AND a.occurred_at < $2
  AND (a.occurred_at, a.id) > ($1, $3)
  /* filter */
ORDER BY a.occurred_at, a.id
LIMIT $4
