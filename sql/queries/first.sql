-- Where the trail begins.
SELECT a.occurred_at
FROM activity.activity AS a
ORDER BY a.occurred_at, a.id
LIMIT 1
