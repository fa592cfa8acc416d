-- Actors from $2 to before $3, by their index: those that the newest activities
-- don't have.
SELECT DISTINCT found.value
FROM (
    SELECT a.actor_id AS value
    FROM activity.activity AS a
    WHERE a.occurred_at >= $1
      AND a.actor_id >= $2
      AND a.actor_id < $3
      /* filter */
    LIMIT 200
) AS found
ORDER BY found.value
LIMIT $4
