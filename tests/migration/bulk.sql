-- A thousand rows at once, of rows that nobody else writes. The bulk writer runs one of
-- these statements now and then; each commits.
UPDATE account SET note = 'bulk', version = nextval('version') WHERE id BETWEEN 10001 AND 11000;
UPDATE customer SET seen_at = now(), version = nextval('version') WHERE id BETWEEN 11001 AND 12000;
INSERT INTO line (order_id, number, amount) SELECT nextval('order_number'), 1, n FROM generate_series(1, 1000) AS n;
INSERT INTO ledger (account, amount) SELECT 10001, n FROM generate_series(1, 1000) AS n;
UPDATE task SET state = 'bulk', version = nextval('version') WHERE id IN (SELECT id FROM task WHERE state = 'long' LIMIT 1000);
INSERT INTO document (slug, body) SELECT 'bulk-' || nextval('order_number'), repeat('b', 100) FROM generate_series(1, 1000);
