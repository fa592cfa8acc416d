\set source random(1, 500)
\set target random(501, 1000)
\set actor random(1, 50)
BEGIN;
SELECT truth.act(:actor);
UPDATE account SET balance = balance - 1 WHERE id = :source;
UPDATE account SET balance = balance + 1 WHERE id = :target;
INSERT INTO tally VALUES ('transfers-' || :actor, 1) ON CONFLICT (name) DO UPDATE SET n = tally.n + 1;
END;
