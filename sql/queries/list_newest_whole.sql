-- Newest first, behind the position ($2, $3) and not before $1, where an index
-- leads to the few rows but not in their order. The times are hidden from the
-- planner: with one plan for all values it takes them for a small part of the trail,
-- and reads all of it by time instead.
SELECT
    /* columns */
FROM activity.activity AS a
WHERE a.occurred_at - interval '0' >= $1
  AND (a.occurred_at - interval '0', a.id) < ($2, $3)
  /* filter */
ORDER BY a.occurred_at - interval '0' DESC, a.id DESC
LIMIT $4
