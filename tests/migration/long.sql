-- Transactions that stay open for a while after the first of these statements, so that
-- the keys of their audit rows are lower than those of others that commit before them.
-- The second statement ends them. One line is one transaction.
INSERT INTO task (state) SELECT 'long' FROM generate_series(1, 20); UPDATE account SET version = nextval('version') WHERE id = 11001;
INSERT INTO ledger (account, amount) SELECT 11002, n FROM generate_series(1, 20) AS n; UPDATE customer SET version = nextval('version') WHERE id = 10001;
INSERT INTO document (slug, body) SELECT 'long-' || nextval('order_number'), '' FROM generate_series(1, 20); INSERT INTO task (state) VALUES ('long');
UPDATE customer SET version = nextval('version') WHERE id BETWEEN 10002 AND 10020; INSERT INTO ledger (account, amount) VALUES (11003, 1);
