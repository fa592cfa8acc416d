-- How many activities have each value of what is counted by hour, by field. The
-- inner groups are few where the hours are many.
WITH part AS MATERIALIZED (
    SELECT a.project_id, a.source, a.status, a.severity, sum(a.n) AS n
    FROM (
        /* counts */
    ) AS a
    WHERE true
      /* filter */
    GROUP BY a.project_id, a.source, a.status, a.severity
)
SELECT
    CASE
        WHEN grouping(source) = 0 THEN 'source'
        WHEN grouping(status) = 0 THEN 'status'
        WHEN grouping(severity) = 0 THEN 'severity'
        ELSE 'project'
    END AS field,
    coalesce(source, status, severity, project_id) AS value,
    sum(n)::bigint AS n
FROM part
GROUP BY GROUPING SETS ((source), (status), (severity), (project_id))
ORDER BY n DESC, value
