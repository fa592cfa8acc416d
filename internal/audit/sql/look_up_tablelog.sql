-- What rows were made to be last, in a stretch of the log table.
WITH wanted AS MATERIALIZED (
    SELECT place, jsonb_populate_record(NULL::/* audited */, key) AS row
    FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS keys (key, place)
), put AS MATERIALIZED (
    -- Rows that were put back were written later than they happened.
    SELECT xid, behind FROM unnest($6::bigint[], $7::bigint[]) AS pieces (xid, behind)
)
SELECT DISTINCT ON (wanted.place) wanted.place::int, placed.key, to_jsonb(t)::text
FROM /* table */ AS t
JOIN wanted ON /* same key */
LEFT JOIN put ON put.xid = t.xmin::text::bigint
CROSS JOIN LATERAL (SELECT coalesce(put.behind, t./* key */)::bigint AS key) AS placed
WHERE t./* key */ > $2::bigint AND t./* key */ <= $3::bigint
  AND (t./* key */ <= $5::bigint OR put.xid IS NOT NULL)
  AND t.trigger_tuple = 'new' AND $4::bigint IS NOT NULL
ORDER BY wanted.place, placed.key DESC, t./* key */ DESC
