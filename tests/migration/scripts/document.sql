-- A large value that is written, left alone, and written again; a key of text that
-- changes. Each statement commits.
SELECT nextval('order_number') AS number \gset slug_
INSERT INTO document (slug, body) VALUES ('page-' || :slug_number, repeat(md5(:slug_number::text), 100));
UPDATE document SET version = nextval('version') WHERE slug = 'page-' || :slug_number;
UPDATE document SET version = nextval('version'), slug = 'moved-' || :slug_number, body = repeat('é', 1500) WHERE slug = 'page-' || :slug_number;
DELETE FROM document WHERE slug = 'moved-' || :slug_number;
