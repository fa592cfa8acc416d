-- How each task of the upkeep went.
SELECT
    u.task,
    u.every,
    u.last_started_at,
    u.last_ended_at,
    u.last_success_at,
    coalesce(clock_timestamp() - u.last_success_at, interval '-1 second'),
    coalesce(u.took, interval '0'),
    u.runs,
    u.failures,
    coalesce(u.error, ''),
    u.detail
FROM activity.upkeep AS u
ORDER BY u.place
