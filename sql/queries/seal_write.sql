-- One seal. A number that is there already means that another sealer was first.
INSERT INTO activity.seal (sequence, hour, row_count, counted, unhashed, sealed_at,
    root, leaves_hash, previous_hash, hash, public_key, signature)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
