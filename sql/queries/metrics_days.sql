-- The counts by day (UTC).
SELECT
    (a.hour AT TIME ZONE 'UTC')::date AS day,
    a.source,
    a.status,
    a.severity,
    sum(a.n)::bigint
FROM (
    /* counts */
) AS a
WHERE true
  /* filter */
GROUP BY 1, 2, 3, 4
