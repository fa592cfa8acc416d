-- A row of which the log alone doesn't say what it was.
BEGIN;
INSERT INTO ledger (account, amount) VALUES (1, 2) RETURNING id \gset entry_
COMMIT;
UPDATE ledger SET amount = 3, version = nextval('version') WHERE id = :entry_id;
DELETE FROM ledger WHERE id = :entry_id;
