-- The chunks of a sweep that begins anew.
DELETE FROM activity.migration_chunk AS c
WHERE c.migration_id = $1 AND c.source = $2 AND c.pass = 'sweep'
