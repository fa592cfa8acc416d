-- A page of the activities that name the actor $1, with all that is hashed, behind
-- the key ($2, $3): one pass over the trail, because on_behalf_of has no index.
SELECT
    /* columns */
FROM activity.activity AS a
WHERE (a.occurred_at, a.id) > ($2, $3)
  AND a.occurred_at >= $2
  AND (a.actor_id = $1 OR a.on_behalf_of = $1)
ORDER BY a.occurred_at, a.id
LIMIT $4
