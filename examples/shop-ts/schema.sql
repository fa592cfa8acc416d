CREATE SCHEMA IF NOT EXISTS storefront;

CREATE TABLE IF NOT EXISTS storefront.customer (
    id      text PRIMARY KEY,
    name    text NOT NULL,
    city    text NOT NULL,
    role    text NOT NULL DEFAULT 'customer',
    session text UNIQUE -- of who is signed in
);

CREATE TABLE IF NOT EXISTS storefront.shop_order (
    id          text   PRIMARY KEY,
    customer_id text   NOT NULL REFERENCES storefront.customer (id),
    project     text   NOT NULL,
    cents       bigint NOT NULL CHECK (cents > 0),
    status      text   NOT NULL CHECK (status IN ('open', 'paid', 'declined', 'canceled', 'refunded')),
    placed_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS shop_order_open ON storefront.shop_order (placed_at) WHERE status = 'open'; -- the job looks for abandoned ones
