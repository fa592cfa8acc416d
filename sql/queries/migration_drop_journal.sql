-- Changes that nobody will put back any more: of one table, or of all.
DELETE FROM activity.migration_journal AS j
WHERE j.migration_id = $1 AND ($2 = '' OR j.table_name = $2)
