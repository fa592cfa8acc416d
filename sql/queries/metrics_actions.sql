-- The most frequent actions of whole days (UTC).
SELECT a.action, sum(a.n)::bigint AS n, coalesce(sum(a.n) FILTER (WHERE a.status = 'failure'), 0)::bigint
FROM (TABLE activity.rollup_action_day UNION ALL TABLE activity.rollup_action_day_delta) AS a
WHERE a.day >= $1
  AND a.day < $2
  /* filter */
GROUP BY a.action
ORDER BY n DESC, a.action
LIMIT $3
