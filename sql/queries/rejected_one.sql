-- The dead letter of an id, with what was refused.
SELECT a.rejected_at, a.occurred_at, a.id, a.project_id, a.action, a.sqlstate, a.error, octet_length(a.payload)::bigint, a.payload
FROM activity.rejected AS a
WHERE a.id = $1
