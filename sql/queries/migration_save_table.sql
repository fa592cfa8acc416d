-- An audited table as it was found.
INSERT INTO activity.migration_table (migration_id, table_name, source)
VALUES ($1, $2, $3)
ON CONFLICT (migration_id, table_name) DO NOTHING
