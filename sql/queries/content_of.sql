-- One activity with all that is hashed, by its id alone: every partition is asked.
SELECT
    /* columns */
FROM activity.activity AS a
WHERE a.id = $1
ORDER BY a.occurred_at DESC
LIMIT 1
