-- Changes of tables that both recorded.
UPDATE activity.migration_table AS t
SET compared = t.compared + n.changes
FROM unnest($2::text[], $3::bigint[]) AS n (table_name, changes)
WHERE t.migration_id = $1 AND t.table_name = n.table_name
