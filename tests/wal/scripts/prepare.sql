-- Its rows come when it is committed.
\set account random(1, 1000)
\set actor random(1, 50)
SELECT nextval('truth.prepared') AS prepared \gset
BEGIN;
SELECT truth.act(:actor);
UPDATE account SET note = 'prepared' WHERE id = :account;
INSERT INTO task (state) VALUES ('done');
PREPARE TRANSACTION ':prepared';
COMMIT PREPARED ':prepared';
