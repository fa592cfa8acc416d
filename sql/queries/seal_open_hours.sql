-- How many hours from $1 to before $2 have activities and no seal.
SELECT count(*)
FROM (
    SELECT r.hour FROM activity.rollup_project_hour AS r
    UNION
    SELECT d.hour FROM activity.rollup_hour_delta AS d
) AS c
WHERE c.hour >= $1
  AND c.hour < $2
  AND NOT EXISTS (SELECT FROM activity.seal AS s WHERE s.hour = c.hour)
