-- A large value that is written, left alone, and written again; each statement commits.
\set actor random(1, 50)
SELECT nextval('order_number') AS number \gset slug_
INSERT INTO document (slug, body) VALUES ('page-' || :slug_number, repeat(md5(:actor::text), 150));
UPDATE document SET version = 2 WHERE slug = 'page-' || :slug_number;
UPDATE document SET slug = 'moved-' || :slug_number, body = repeat('é', 2000) WHERE slug = 'page-' || :slug_number;
DELETE FROM document WHERE slug = 'moved-' || (:slug_number - 200);
