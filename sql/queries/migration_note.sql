-- What a migration waits for. Nobody decides on it, so the revision stays.
UPDATE activity.migration
SET note = NULLIF($2, ''), updated_at = now()
WHERE id = $1 AND COALESCE(note, '') <> $2
