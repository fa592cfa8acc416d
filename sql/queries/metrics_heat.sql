-- The counts by hour of the week (UTC, Monday is 1). By hour first: the week's
-- hours are worked out once for each hour and not for each count.
SELECT
    extract(isodow FROM whole.hour AT TIME ZONE 'UTC')::integer,
    extract(hour FROM whole.hour AT TIME ZONE 'UTC')::integer,
    sum(whole.n)::bigint
FROM (
    SELECT a.hour, sum(a.n) AS n
    FROM (
        TABLE activity.rollup_project_hour
        UNION ALL
        SELECT u.hour, u.n, u.project_id FROM activity.rollup_hour_delta AS u
    ) AS a
    WHERE a.hour >= $1
      AND a.hour < $2
      /* filter */
    GROUP BY a.hour
) AS whole
GROUP BY 1, 2
ORDER BY 1, 2
