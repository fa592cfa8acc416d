-- Transactions of others begin and end within.
\set account random(1, 1000)
\set actor random(1, 50)
\set ms random(1, 8)
BEGIN;
INSERT INTO task (state) VALUES ('open') RETURNING id \gset task_
SELECT pg_sleep(:ms * 0.001);
SELECT truth.act(:actor);
UPDATE task SET state = 'done' WHERE id = :task_id AND state = 'open';
SELECT pg_sleep(:ms * 0.001);
UPDATE account SET note = 'slept' WHERE id = :account;
COMMIT;
