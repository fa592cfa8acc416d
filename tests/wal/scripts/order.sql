-- A key of two columns, which changes.
\set actor random(1, 50)
SELECT nextval('order_number') AS number \gset order_
BEGIN;
SELECT truth.act(:actor);
INSERT INTO line SELECT :order_number, n, n * 9.95 FROM generate_series(1, 4) AS n;
UPDATE line SET amount = 1e20 WHERE order_id = :order_number AND number = 1;
UPDATE line SET number = 9 WHERE order_id = :order_number AND number = 2;
DELETE FROM line WHERE order_id = :order_number AND number = 3;
END;
