-- Whole hours only.
SELECT /* value */, sum(a.n)::bigint AS n
FROM activity.count_hour AS a
WHERE a.hour >= $1
  AND a.hour < $2
  /* filter */
GROUP BY 1
ORDER BY n DESC, 1
