-- All seals in the order of the chain.
SELECT s.sequence, s.hour, s.row_count, s.counted, s.unhashed, s.sealed_at,
    s.root, s.leaves_hash, s.previous_hash, s.hash, s.public_key, s.signature
FROM activity.seal AS s
ORDER BY s.sequence
