-- Differences that are looked for again.
DELETE FROM activity.migration_difference AS d
WHERE d.migration_id = $1 AND ($2 = '' OR d.found_by = $2) AND ($3 = '' OR d.source = $3)
