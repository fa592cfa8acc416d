-- The seals of the hour $1.
SELECT s.sequence
FROM activity.seal AS s
WHERE s.hour = $1
ORDER BY s.sequence
