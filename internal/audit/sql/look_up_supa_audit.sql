-- What rows of a table were made to be last, in a stretch of the audit table.
WITH wanted AS MATERIALIZED (
    SELECT place, /* wanted key */ AS key
    FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS keys (key, place),
         jsonb_populate_record(NULL::/* audited */, keys.key) AS r
)
SELECT DISTINCT ON (wanted.place) wanted.place::int, t.record::text
FROM /* table */ AS t
JOIN wanted ON wanted.key = /* record's key */
WHERE t./* key */ > $2::bigint AND t./* key */ <= $3::bigint AND t.table_oid = $4::bigint::oid AND t.record IS NOT NULL
ORDER BY wanted.place, t./* key */ DESC
