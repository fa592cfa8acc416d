-- The tasks of the upkeep: how long each is overdue, counted from its last success or
-- from when the schema got them, and why its last run failed.
SELECT
    u.task,
    coalesce(u.error, ''),
    extract(epoch FROM now() - coalesce(u.last_success_at, installed.applied_at) - u.every)::double precision
FROM activity.upkeep AS u
CROSS JOIN (SELECT v.applied_at FROM activity.schema_version AS v WHERE v.version = 9) AS installed
ORDER BY u.place
