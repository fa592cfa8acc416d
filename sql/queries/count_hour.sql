-- Whole hours only. From the tables and not from the view, which would read as its
-- owner and pass by the row-level security.
SELECT /* value */, sum(a.n)::bigint AS n
FROM (TABLE activity.rollup_hour UNION ALL TABLE activity.rollup_hour_delta) AS a
WHERE a.hour >= $1
  AND a.hour < $2
  /* filter */
GROUP BY 1
ORDER BY n DESC, 1
