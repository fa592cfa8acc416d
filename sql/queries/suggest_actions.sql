-- The most frequent actions since $1 that begin with a prefix (a pattern, $2).
SELECT a.action
FROM (TABLE activity.rollup_action_day UNION ALL TABLE activity.rollup_action_day_delta) AS a
WHERE a.day >= $1
  AND a.action LIKE $2
  /* filter */
GROUP BY a.action
ORDER BY sum(a.n) DESC, a.action
LIMIT $3
