-- A page of the rows of an hour with all that is hashed, as seal_rows.sql.
SELECT
    /* columns */
FROM activity.activity AS a
WHERE (a.occurred_at, a.id) > ($1, $2)
  AND a.occurred_at >= $3
  AND a.occurred_at < $4
ORDER BY a.occurred_at, a.id
LIMIT $5
