-- Hours before $1 whose activities are under no seal, the oldest first: those
-- without one, and those whose counts are others than at the last, which is from
-- before $2: rows have come, or retention has removed some. The tables and not the
-- views: they are the smallest that know.
SELECT c.hour
FROM (
    SELECT p.hour, sum(p.n) AS n
    FROM (
        SELECT r.hour, r.n FROM activity.rollup_project_hour AS r
        UNION ALL
        SELECT d.hour, d.n FROM activity.rollup_hour_delta AS d
    ) AS p
    WHERE p.hour < $1
    GROUP BY p.hour
) AS c
LEFT JOIN (
    SELECT DISTINCT ON (s.hour) s.hour, s.counted, s.sealed_at
    FROM activity.seal AS s
    ORDER BY s.hour, s.sequence DESC
) AS known ON known.hour = c.hour
WHERE known.hour IS NULL
   OR (c.n <> known.counted AND known.sealed_at < $2)
ORDER BY c.hour
LIMIT $3
