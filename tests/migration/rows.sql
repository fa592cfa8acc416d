-- Rows from 1 to 1,000 are for the short transactions, those from 10,001 on for the bulk
-- writer, so that the one doesn't wait for the other.
INSERT INTO account (id) SELECT generate_series(1, 1000) UNION ALL SELECT generate_series(10001, 12000);
INSERT INTO customer (id, name) SELECT n, 'customer ' || n FROM generate_series(1, 1000) AS n;
INSERT INTO customer (id, name) SELECT n, 'customer ' || n FROM generate_series(10001, 12000) AS n;
