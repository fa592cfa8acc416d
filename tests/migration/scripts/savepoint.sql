-- What was done within a savepoint goes with it.
BEGIN;
INSERT INTO task (state, due) VALUES ('first', now()) RETURNING id \gset task_
SAVEPOINT rolled_back;
UPDATE task SET state = 'never', version = nextval('version') WHERE id = :task_id;
ROLLBACK TO SAVEPOINT rolled_back;
SAVEPOINT released;
UPDATE task SET state = 'second', due = NULL, notes = '[{"by": "nobody"}, 1.50]', version = nextval('version') WHERE id = :task_id;
RELEASE SAVEPOINT released;
DELETE FROM task WHERE id = :task_id;
COMMIT;
