-- Whole days (UTC) only.
SELECT /* value */, sum(a.n)::bigint AS n
FROM activity.count_action_day AS a
WHERE a.day >= $1
  AND a.day < $2
  /* filter */
GROUP BY 1
ORDER BY n DESC, 1
