-- The kept counts of whole hours.
SELECT coalesce(sum(a.n), 0)::bigint
FROM (TABLE activity.rollup_hour UNION ALL TABLE activity.rollup_hour_delta) AS a
WHERE a.hour >= $1
  AND a.hour < $2
  /* filter */
