-- What isn't counted ahead, of the newest $3 activities: durations and actors.
SELECT
    count(*),
    count(newest.duration),
    percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY newest.duration),
    max(newest.duration),
    count(DISTINCT newest.actor_id)
FROM (
    SELECT a.duration, a.actor_id
    FROM activity.activity AS a
    WHERE a.occurred_at >= $1
      AND a.occurred_at < $2
      /* filter */
    ORDER BY a.occurred_at DESC, a.id DESC
    LIMIT $3
) AS newest
