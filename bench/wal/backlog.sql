CREATE TABLE item (
    id       bigint      CONSTRAINT item_pkey PRIMARY KEY,
    changed  timestamptz NOT NULL DEFAULT now(),
    quantity int         NOT NULL,
    active   boolean     NOT NULL DEFAULT true,
    price    numeric     NOT NULL,
    name     text        NOT NULL,
    note     text
);

-- Each transaction inserts four rows, changes four and deletes two.
CREATE PROCEDURE write_backlog(transactions int) LANGUAGE plpgsql AS $$
DECLARE
    first bigint := (SELECT COALESCE(max(id), 0) FROM item) + 1;
BEGIN
    FOR n IN 1..transactions LOOP
        INSERT INTO item (id, quantity, price, name)
        SELECT id, n % 100, id * 0.05, 'item ' || id FROM generate_series(first, first + 3) AS id;
        UPDATE item SET quantity = quantity + 1, note = 'counted again' WHERE id BETWEEN first AND first + 3;
        DELETE FROM item WHERE id BETWEEN first AND first + 1;
        COMMIT;
        first := first + 4;
    END LOOP;
END $$;
