-- Migrations, the newest first: all, one by its id, or the one that runs for a database.
SELECT
    m.id, m.name, COALESCE(m.database, ''), m.revision, m.phase, m.paused, COALESCE(m.wanted, ''), COALESCE(m.note, ''),
    m.errors, m.success, m.started_at, m.updated_at, m.ended_at, m.shadowing_at, m.verified_at, m.drop_at, m.compared, m.drop_tables, m.spec
FROM activity.migration AS m
WHERE ($1 = '' OR m.id = $1)
  AND ($2 = '' OR (m.database = $2 AND m.ended_at IS NULL))
ORDER BY m.started_at DESC
