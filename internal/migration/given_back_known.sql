-- Until where the audit rows of a table went when it was given back, and the transactions
-- that have put changes of it back, each with the key that these came after.
SELECT
    (SELECT g.last_key FROM activity_migration.given_back AS g WHERE g.migration_id = $1 AND g.table_name = $2),
    COALESCE(array_agg(r.xmin::text::bigint), '{}'),
    COALESCE(array_agg(r.behind), '{}')
FROM activity_migration.restored AS r
WHERE r.migration_id = $1 AND r.table_name = $2
