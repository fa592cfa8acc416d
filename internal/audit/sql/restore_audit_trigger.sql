-- Of an UPDATE whose old row isn't known, the key is: it was the same. One that changed
-- nothing makes no row, as with the trigger. Who wrote isn't known.
INSERT INTO /* table */ (
    schema_name, table_name, relid, action_tstamp_tx, action_tstamp_stm, action_tstamp_clk,
    transaction_id, action, row_data, changed_fields, statement_only
)
SELECT
    $3::text,
    $4::text,
    $2::bigint::oid,
    (c ->> 'committed_at')::timestamptz,
    (c ->> 'committed_at')::timestamptz,
    (c ->> 'committed_at')::timestamptz,
    -- The epoch of the number: it isn't of the future.
    CASE
        WHEN (next.xid & ~4294967295) + (c ->> 'xid')::bigint > next.xid THEN (next.xid & ~4294967295) + (c ->> 'xid')::bigint - 4294967296
        ELSE (next.xid & ~4294967295) + (c ->> 'xid')::bigint
    END,
    upper(left(c ->> 'operation', 1)),
    data.row,
    changed.fields,
    c ->> 'operation' = 'truncate'
FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS change (c, place)
CROSS JOIN (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xid) AS next
CROSS JOIN (
    -- The second argument of the trigger: columns that it leaves out.
    SELECT coalesce((
        SELECT nullif((string_to_array(encode(t.tgargs, 'escape'), '\000'))[2], '')::text[]
        FROM pg_trigger AS t
        JOIN pg_proc AS p ON p.oid = t.tgfoid
        WHERE t.tgrelid = $2::bigint::oid AND p.proname = 'if_modified_func' AND t.tgtype & 1 = 1
        LIMIT 1
    ), '{}') AS columns
) AS left_out
CROSS JOIN LATERAL (
    SELECT
        /* hstore */.slice(
            /* hstore */.hstore(jsonb_populate_record(NULL::/* audited */, nullif(c -> 'new', 'null'))),
            ARRAY(SELECT k FROM jsonb_object_keys(nullif(c -> 'new', 'null')) AS k WHERE k <> ALL (left_out.columns))
        ) AS made,
        /* hstore */.slice(
            /* hstore */.hstore(jsonb_populate_record(NULL::/* audited */, nullif(c -> 'old', 'null'))),
            ARRAY(SELECT k FROM jsonb_object_keys(nullif(c -> 'old', 'null')) AS k WHERE k <> ALL (left_out.columns))
        ) AS gone
) AS rows
CROSS JOIN LATERAL (
    SELECT CASE c ->> 'operation'
        WHEN 'insert' THEN rows.made
        WHEN 'delete' THEN rows.gone
        WHEN 'update' THEN CASE WHEN c -> 'old' IS NULL OR c -> 'old' = 'null' THEN /* hstore */.slice(rows.made, $5::text[]) ELSE rows.gone END
    END AS row
) AS data
CROSS JOIN LATERAL (
    SELECT CASE WHEN c ->> 'operation' = 'update' THEN rows.made OPERATOR(/* hstore */.-) data.row END AS fields
) AS changed
WHERE changed.fields IS NULL OR changed.fields OPERATOR(/* hstore */.<>) ''::/* hstore */.hstore
ORDER BY place
RETURNING event_id
