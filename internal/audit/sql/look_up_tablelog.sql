-- What rows were made to be last, in a stretch of the log table.
WITH wanted AS MATERIALIZED (
    SELECT place, jsonb_populate_record(NULL::/* audited */, key) AS row
    FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS keys (key, place)
)
SELECT DISTINCT ON (wanted.place) wanted.place::int, to_jsonb(t)::text
FROM /* table */ AS t
JOIN wanted ON /* same key */
WHERE t./* key */ > $2::bigint AND t./* key */ <= $3::bigint AND t.trigger_tuple = 'new' AND $4::bigint IS NOT NULL
ORDER BY wanted.place, t./* key */ DESC
