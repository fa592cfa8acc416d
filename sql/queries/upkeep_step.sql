-- One step of the task $1, which is done though it isn't due when $2 says so.
SELECT
    s.outcome,
    coalesce(s.took, interval '0'),
    s.detail,
    coalesce(s.error, ''),
    coalesce(s.code, ''),
    coalesce(s.since_success, interval '-1 second')
FROM activity.upkeep_step($1, $2) AS s
