-- One step of the task $1, which is done though it isn't due when $2 says so.
SELECT s.outcome, s.took, s.detail, s.error, s.code
FROM activity.upkeep_step($1, $2) AS s
