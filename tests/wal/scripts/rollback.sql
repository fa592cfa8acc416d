\set account random(1, 1000)
\set actor random(1, 50)
BEGIN;
SELECT truth.act(:actor);
UPDATE account SET balance = 0 WHERE id = :account;
INSERT INTO document (slug, body) VALUES ('never', repeat('x', 3000));
ROLLBACK;
