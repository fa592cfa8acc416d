-- The tables that a publication publishes, as its changes name them. Column lists and row
-- filters are there from Postgres 15 on.
SELECT
    c.oid,
    n.nspname::text,
    c.relname::text,
    coalesce(to_jsonb(r) ->> 'prattrs', '') <> '',
    coalesce(to_jsonb(v) ->> 'rowfilter', '')
FROM pg_publication_tables AS v
JOIN pg_publication AS p ON p.pubname = v.pubname
JOIN pg_namespace AS n ON n.nspname = v.schemaname
JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = v.tablename
LEFT JOIN pg_publication_rel AS r ON r.prpubid = p.oid AND r.prrelid = c.oid
WHERE v.pubname = $1::text
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
