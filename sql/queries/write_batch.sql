-- Notes the transaction for the live tail, and wakes its readers at the commit.
WITH batch AS (
    INSERT INTO activity.batch (least_occurred_at, greatest_occurred_at, row_count)
    VALUES ($1, $2, $3)
)
SELECT pg_notify('activity_batch', '')
