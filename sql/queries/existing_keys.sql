-- Which of these keys (positions from 1) the table has. One look into the primary
-- key for each: LIMIT keeps the planner from turning it into a join that reads
-- the table. The bounds prune partitions before the plan runs.
SELECT wanted.position
FROM unnest($1::timestamptz[], $2::uuid[]) WITH ORDINALITY AS wanted (occurred_at, id, position)
CROSS JOIN LATERAL (
    SELECT
    FROM activity.activity AS a
    WHERE a.occurred_at = wanted.occurred_at
      AND a.id = wanted.id
      AND a.occurred_at >= $3
      AND a.occurred_at <= $4
    LIMIT 1
) AS existing
