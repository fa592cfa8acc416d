-- The projects with the most activities since $1 that begin with a prefix ($2).
SELECT a.project_id
FROM (TABLE activity.rollup_action_day UNION ALL TABLE activity.rollup_action_day_delta) AS a
WHERE a.day >= $1
  AND a.project_id LIKE $2
  AND a.project_id <> ''
  /* filter */
GROUP BY a.project_id
ORDER BY sum(a.n) DESC, a.project_id
LIMIT $3
