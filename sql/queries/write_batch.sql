-- Notes the transaction for the live tail.
INSERT INTO activity.batch (least_occurred_at, greatest_occurred_at, row_count)
VALUES ($1, $2, $3)
