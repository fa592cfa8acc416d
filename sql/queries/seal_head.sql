-- The last seal: the one that the next names.
SELECT s.sequence, s.hash
FROM activity.seal AS s
ORDER BY s.sequence DESC
LIMIT 1
