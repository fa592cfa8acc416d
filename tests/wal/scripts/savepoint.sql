-- What an actor did within a savepoint goes with it, and so does who it was.
\set actor random(1, 50)
\set other random(51, 60)
\set account random(1, 1000)
BEGIN;
SELECT truth.act(:actor);
INSERT INTO article (title, body) VALUES ('first', repeat(md5(:account::text), 100)) RETURNING id \gset article_
SAVEPOINT rolled_back;
SELECT truth.act(:other);
UPDATE article SET title = 'never' WHERE id = :article_id;
SAVEPOINT released_for_nothing;
SELECT truth.act(0);
INSERT INTO article (title, body) VALUES ('never', '');
RELEASE SAVEPOINT released_for_nothing;
ROLLBACK TO SAVEPOINT rolled_back;
UPDATE article SET title = 'second' WHERE id = :article_id;
SAVEPOINT released;
SELECT truth.act(:other);
UPDATE account SET note = 'read' WHERE id = :account;
RELEASE SAVEPOINT released;
UPDATE article SET reads = reads + 1 WHERE id = :article_id;
SELECT truth.act(0);
DELETE FROM article WHERE id = :article_id - 100;
COMMIT;
