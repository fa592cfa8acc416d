CREATE SCHEMA IF NOT EXISTS payments;

CREATE TABLE IF NOT EXISTS payments.payment (
    id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id text   NOT NULL,
    project  text   NOT NULL,
    cents    bigint NOT NULL CHECK (cents > 0),
    status   text   NOT NULL CHECK (status IN ('captured', 'declined', 'refunded', 'paid_out'))
);

CREATE INDEX IF NOT EXISTS payment_order ON payments.payment (order_id); -- refunds and parcels name the order
