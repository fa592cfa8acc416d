-- A publication. pubgencols is there from Postgres 18 on, publications of schemas from 15
-- on.
SELECT
    p.pubname::text,
    pg_get_userbyid(p.pubowner)::text,
    p.puballtables,
    p.pubviaroot,
    p.pubinsert,
    p.pubupdate,
    p.pubdelete,
    p.pubtruncate,
    coalesce(to_jsonb(p) ->> 'pubgencols', 'n') = 's'
FROM pg_publication AS p
WHERE p.pubname = $1::text
