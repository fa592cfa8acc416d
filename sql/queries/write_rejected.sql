-- A dead letter; a record that is redelivered is refused again and kept once.
INSERT INTO activity.rejected (occurred_at, id, project_id, action, sqlstate, error, payload)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT ON CONSTRAINT rejected_pkey DO NOTHING
