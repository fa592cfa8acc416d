-- What a command leaves behind for who carries it out. A resumed migration compares anew.
UPDATE activity.migration
SET paused      = $2,
    wanted      = NULLIF($3, ''),
    drop_at     = $4,
    drop_tables = $5,
    verified_at = CASE WHEN $6 THEN NULL ELSE verified_at END,
    revision    = revision + 1,
    updated_at  = now()
WHERE id = $1
