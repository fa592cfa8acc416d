-- Oldest first, behind the position ($1, $3) and before $2; as list_newest_whole.
SELECT
    /* columns */
FROM activity.activity AS a
WHERE a.occurred_at - interval '0' < $2
  AND (a.occurred_at - interval '0', a.id) > ($1, $3)
  /* filter */
ORDER BY a.occurred_at - interval '0', a.id
LIMIT $4
