-- A page of the rows of an hour, from $3 to before $4, behind the key ($1, $2).
SELECT a.occurred_at, a.id, a.content_hash
FROM activity.activity AS a
WHERE (a.occurred_at, a.id) > ($1, $2)
  AND a.occurred_at >= $3
  AND a.occurred_at < $4
ORDER BY a.occurred_at, a.id
LIMIT $5
