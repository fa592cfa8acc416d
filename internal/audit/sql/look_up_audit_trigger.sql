-- What rows of a table were made to be last, in a stretch of the audit table.
WITH wanted AS MATERIALIZED (
    SELECT place, /* hstore */.slice_array(/* hstore */.hstore(r), /* key columns */) AS key
    FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS keys (key, place),
         jsonb_populate_record(NULL::/* audited */, keys.key) AS r
), put AS MATERIALIZED (
    -- Rows that were put back were written later than they happened.
    SELECT xid, behind FROM unnest($6::bigint[], $7::bigint[]) AS pieces (xid, behind)
)
SELECT DISTINCT ON (wanted.place)
    wanted.place::int, placed.key,
    to_jsonb(/* hstore */.populate_record(NULL::/* audited */, made.row))::text
FROM /* table */ AS t
CROSS JOIN LATERAL (SELECT coalesce(t.row_data OPERATOR(/* hstore */.||) t.changed_fields, t.row_data) AS row) AS made
JOIN wanted ON wanted.key = /* hstore */.slice_array(made.row, /* key columns */)
LEFT JOIN put ON put.xid = t.xmin::text::bigint
CROSS JOIN LATERAL (SELECT coalesce(put.behind, t./* key */)::bigint AS key) AS placed
WHERE t./* key */ > $2::bigint AND t./* key */ <= $3::bigint
  AND (t./* key */ <= $5::bigint OR put.xid IS NOT NULL)
  AND t.relid = $4::bigint::oid AND t.action IN ('I', 'U')
ORDER BY wanted.place, placed.key DESC, t./* key */ DESC
