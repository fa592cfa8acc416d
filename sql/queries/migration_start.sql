-- A new migration, unless there is one of the same key.
INSERT INTO activity.migration (id, idempotency_key, name, spec)
VALUES ($1, $2, $3, $4)
ON CONFLICT (idempotency_key) DO NOTHING
