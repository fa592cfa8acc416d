-- Dead letters, newest first, behind the position ($1, $2).
SELECT a.rejected_at, a.occurred_at, a.id, a.project_id, a.action, a.sqlstate, a.error, octet_length(a.payload)::bigint
FROM activity.rejected AS a
WHERE (a.rejected_at, a.id) < ($1, $2)
  /* filter */
ORDER BY a.rejected_at DESC, a.id DESC
LIMIT $3
