-- Buckets of whole hours, aligned to 1970-01-01 UTC.
SELECT date_bin($3, a.hour, 'epoch') AS start, /* value */, sum(a.n)::bigint
FROM (TABLE activity.rollup_hour UNION ALL TABLE activity.rollup_hour_delta) AS a
WHERE a.hour >= $1
  AND a.hour < $2
  /* filter */
GROUP BY 1, 2
