-- The counts from $1 to before $3, by day (UTC) and on which side of $2 they are.
SELECT
    a.hour >= $2 AS current,
    (a.hour AT TIME ZONE 'UTC')::date AS day,
    a.source,
    a.status,
    a.severity,
    sum(a.n)::bigint
FROM (TABLE activity.rollup_hour UNION ALL TABLE activity.rollup_hour_delta) AS a
WHERE a.hour >= $1
  AND a.hour < $3
  /* filter */
GROUP BY 1, 2, 3, 4, 5
