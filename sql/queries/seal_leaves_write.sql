INSERT INTO activity.seal_leaves (sequence, chunk, leaves)
VALUES ($1, $2, $3)
