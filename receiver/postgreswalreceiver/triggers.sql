-- When the triggers of tables fire: the operations as bits of pg_trigger.tgtype, whether on
-- a condition, for some columns only, and their second argument.
SELECT
    t.tgrelid,
    t.tgname::text,
    t.tgtype::int,
    t.tgqual IS NOT NULL,
    t.tgattr::text <> '',
    pg_catalog.split_part(pg_catalog.encode(t.tgargs, 'escape'), '\000', 2)
FROM pg_catalog.pg_trigger AS t
WHERE t.tgrelid = ANY ($1::oid[]) AND NOT t.tgisinternal
