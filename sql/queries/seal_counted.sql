-- How many activities the counts know of the hour $1.
SELECT coalesce(sum(p.n), 0)::bigint
FROM (
    SELECT r.n FROM activity.rollup_project_hour AS r WHERE r.hour = $1
    UNION ALL
    SELECT d.n FROM activity.rollup_hour_delta AS d WHERE d.hour = $1
) AS p
