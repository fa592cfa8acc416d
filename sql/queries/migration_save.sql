-- How far a migration is. The revision counts what people decide on.
UPDATE activity.migration
SET phase        = $2,
    wanted       = NULLIF($3, ''),
    note         = NULLIF($4, ''),
    errors       = $5,
    paused       = $6,
    success      = $7::boolean,
    ended_at     = CASE WHEN $7::boolean IS NOT NULL THEN COALESCE(ended_at, now()) END,
    shadowing_at = CASE WHEN $2 = 'shadowing' THEN COALESCE(shadowing_at, now()) ELSE shadowing_at END,
    verified_at  = CASE WHEN $8 THEN COALESCE(verified_at, now()) END,
    compared     = $9,
    revision     = revision + 1,
    updated_at   = now()
WHERE id = $1 AND revision = $10
