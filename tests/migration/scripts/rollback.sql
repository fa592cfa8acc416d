-- Nothing of it may come.
\set account random(1, 1000)
BEGIN;
UPDATE account SET note = 'never', version = nextval('version') WHERE id = :account;
INSERT INTO document (slug, body) VALUES ('never', '');
INSERT INTO task (state) VALUES ('never');
ROLLBACK;
