-- Whole days (UTC) only. From the tables, see counts.sql.
SELECT /* value */, sum(a.n)::bigint AS n
FROM (TABLE activity.rollup_action_day UNION ALL TABLE activity.rollup_action_day_delta) AS a
WHERE a.day >= $1
  AND a.day < $2
  /* filter */
GROUP BY 1
ORDER BY n DESC, 1
