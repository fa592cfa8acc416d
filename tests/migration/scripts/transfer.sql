\set source random(1, 500)
\set target random(501, 1000)
BEGIN;
UPDATE account SET balance = balance - 1, version = nextval('version') WHERE id = :source;
UPDATE account SET balance = balance + 1, version = nextval('version') WHERE id = :target;
INSERT INTO ledger (account, amount) VALUES (:source, -1), (:target, 1);
END;
