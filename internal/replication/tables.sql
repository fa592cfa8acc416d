-- Tables, partitioned tables and partitions, with what identifies a row of each in the
-- WAL. The obstacle is '' when an UPDATE stays possible once the table is published.
SELECT
    c.oid,
    coalesce(CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid END, 0::oid) AS root,
    n.nspname::text,
    c.relname::text,
    c.relkind::text,
    c.relreplident::text,
    coalesce(pk.columns, '{}'),
    coalesce(pk.is_deferrable, FALSE),
    coalesce(generated.columns, '{}'),
    coalesce(generated.has_virtual, FALSE),
    c.relpersistence = 'u',
    CASE
        WHEN c.relreplident <> 'f' AND identity.columns IS NULL THEN 'no_identity'
        -- Postgres 18 refuses what older ones let pass: columns of the identity that are
        -- not published. It never publishes virtual ones.
        WHEN refuses.generated AND identified.virtual_generated THEN 'virtual_generated'
        ELSE ''
    END,
    coalesce(refuses.generated AND identified.stored_generated, FALSE)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN (SELECT current_setting('server_version_num')::int >= 180000 AS generated) AS refuses
LEFT JOIN LATERAL (
    SELECT
        array_agg(a.attname::text ORDER BY k.place) AS columns,
        bool_or(NOT i.indimmediate) AS is_deferrable
    FROM pg_index AS i
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = c.oid AND i.indisprimary AND k.place <= i.indnkeyatts
) AS pk ON TRUE
LEFT JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY a.attnum) AS columns, bool_or(a.attgenerated <> 's') AS has_virtual
    FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> ''
) AS generated ON TRUE
-- What the server takes for the identity: a deferrable key is none, and neither is an
-- index that is not valid. A partitioned table's key is one before it is valid.
LEFT JOIN LATERAL (
    SELECT i.indkey::int2[] AS columns
    FROM pg_index AS i
    WHERE i.indrelid = c.oid AND i.indisunique AND i.indimmediate
        AND (i.indisvalid OR (c.relkind = 'p' AND i.indisprimary))
        AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident ELSE FALSE END
    LIMIT 1
) AS identity ON TRUE
LEFT JOIN LATERAL (
    SELECT
        bool_or(a.attgenerated = 's') AS stored_generated,
        bool_or(a.attgenerated NOT IN ('', 's')) AS virtual_generated
    FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        AND (c.relreplident = 'f' OR a.attnum = ANY (identity.columns))
) AS identified ON TRUE
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
