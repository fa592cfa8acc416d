-- Tables and views, with what makes an audit table known and what its reading takes.
SELECT
    c.oid,
    coalesce(CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid END, 0::oid) AS root,
    n.nspname::text,
    c.relname::text,
    c.relkind::text,
    coalesce(columns.names, '{}'),
    coalesce(columns.types, '{}'),
    coalesce(pk.columns, '{}'),
    coalesce(key.columns, '{}'),
    coalesce(key.types, '{}'),
    coalesce(first_of.columns, '{}'),
    has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE')
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY a.attnum) AS names, array_agg(a.atttypid ORDER BY a.attnum) AS types
    FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) AS columns ON TRUE
LEFT JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY k.place) AS columns
    FROM pg_index AS i
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts
) AS pk ON TRUE
-- What tells rows apart in the log: the primary key, else the replica identity's columns in
-- the order of the table.
LEFT JOIN LATERAL (
    SELECT
        array_agg(a.attname::text ORDER BY CASE WHEN i.indisprimary THEN k.place ELSE a.attnum END) AS columns,
        array_agg(a.atttypid ORDER BY CASE WHEN i.indisprimary THEN k.place ELSE a.attnum END) AS types
    FROM (
        SELECT * FROM pg_index AS i
        WHERE i.indrelid = c.oid AND (i.indisprimary OR (c.relreplident = 'i' AND i.indisreplident))
        ORDER BY i.indisprimary DESC
        LIMIT 1
    ) AS i
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE k.place <= i.indnkeyatts
) AS key ON TRUE
-- Columns that an index begins with, so that rows can be read in their order.
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT a.attname::text) AS columns
    FROM pg_index AS i
    JOIN pg_class AS x ON x.oid = i.indexrelid
    JOIN pg_am AS m ON m.oid = x.relam
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = c.oid AND m.amname = 'btree' AND i.indisvalid AND i.indpred IS NULL
) AS first_of ON TRUE
WHERE c.relkind IN ('r', 'p', 'v')
    AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'activity')
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
