-- How many rows there are, but for those beyond $3: counting is as slow as reading.
SELECT count(*)
FROM (
    SELECT
    FROM activity.activity AS a
    WHERE a.occurred_at >= $1
      AND a.occurred_at < $2
      /* filter */
    LIMIT $3
) AS counted
