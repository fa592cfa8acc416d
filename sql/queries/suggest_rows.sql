-- The most frequent values that begin with a prefix ($2), among the newest $4
-- activities since $1.
SELECT newest.value
FROM (
    SELECT /* value */ AS value
    FROM activity.activity AS a
    WHERE a.occurred_at >= $1
      /* filter */
    ORDER BY a.occurred_at DESC, a.id DESC
    LIMIT $4
) AS newest
WHERE newest.value LIKE $2
GROUP BY newest.value
ORDER BY count(*) DESC, newest.value
LIMIT $3
