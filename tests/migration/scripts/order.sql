-- A key of two columns, which changes.
SELECT nextval('order_number') AS number \gset order_
BEGIN;
INSERT INTO line (order_id, number, amount) SELECT :order_number, n, n * 9.95 FROM generate_series(1, 3) AS n;
UPDATE line SET amount = 1e20, version = nextval('version') WHERE order_id = :order_number AND number = 1;
UPDATE line SET number = 9, version = nextval('version') WHERE order_id = :order_number AND number = 2;
DELETE FROM line WHERE order_id = :order_number AND number = 3;
END;
