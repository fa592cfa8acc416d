-- A part of the list of a seal.
SELECT l.leaves
FROM activity.seal_leaves AS l
WHERE l.sequence = $1
  AND l.chunk = $2
