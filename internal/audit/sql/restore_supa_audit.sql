-- Whole rows, of which only what the log knew is kept.
INSERT INTO /* table */ (record_id, old_record_id, op, ts, table_oid, table_schema, table_name, record, old_record)
SELECT
    /* to_record_id(made) */,
    /* to_record_id(gone) */,
    upper(c ->> 'operation')::/* schema */.operation,
    (c ->> 'committed_at')::timestamptz,
    $2::bigint::oid,
    $3::text::name,
    $4::text::name,
    rows.made,
    rows.gone
FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS change (c, place)
CROSS JOIN LATERAL (
    SELECT
        (
            SELECT jsonb_object_agg(e.key, e.value)
            FROM jsonb_each(to_jsonb(jsonb_populate_record(NULL::/* audited */, nullif(c -> 'new', 'null')))) AS e
            WHERE c -> 'new' ? e.key
        ) AS made,
        (
            SELECT jsonb_object_agg(e.key, e.value)
            FROM jsonb_each(to_jsonb(jsonb_populate_record(NULL::/* audited */, nullif(c -> 'old', 'null')))) AS e
            WHERE c -> 'old' ? e.key
        ) AS gone
) AS rows
ORDER BY place
RETURNING id
