-- From where on rows may have been missed: asked for once, before the first row is read.
UPDATE activity.migration_source
SET first_xid = COALESCE(first_xid, $3::text::xid8), phase = 'backfilling'
WHERE migration_id = $1 AND source = $2
