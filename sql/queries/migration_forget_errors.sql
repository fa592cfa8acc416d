-- What somebody has looked at: errors that are there still come again.
WITH tables AS (
    UPDATE activity.migration_table AS t SET error = NULL WHERE t.migration_id = $1 AND t.error IS NOT NULL
)
UPDATE activity.migration_source AS s SET error = NULL WHERE s.migration_id = $1 AND s.error IS NOT NULL
