-- What the application writes. Each write gives its row a version that no other write
-- has, so that a change of a row can be told from all others wherever it is recorded.
CREATE SEQUENCE version CACHE 100;
CREATE SEQUENCE order_number;

-- Under tablelog.
CREATE TABLE account (
    id      bigint      CONSTRAINT account_pkey PRIMARY KEY,
    version bigint      NOT NULL DEFAULT nextval('version'),
    balance numeric     NOT NULL DEFAULT 0,
    note    text
);
CREATE TABLE ledger (
    id      bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT ledger_pkey PRIMARY KEY,
    version bigint      NOT NULL DEFAULT nextval('version'),
    account bigint      NOT NULL,
    amount  numeric     NOT NULL,
    at      timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Under triggers in the shape of supa_audit.
CREATE TABLE customer (
    id      bigint      CONSTRAINT customer_pkey PRIMARY KEY,
    version bigint      NOT NULL DEFAULT nextval('version'),
    name    text        NOT NULL,
    profile jsonb       NOT NULL DEFAULT '{}',
    seen_at timestamptz
);
-- Its key changes, its large values are out of line, and the log has all of its old rows.
CREATE TABLE document (
    slug    text        CONSTRAINT document_pkey PRIMARY KEY,
    version bigint      NOT NULL DEFAULT nextval('version'),
    body    text        NOT NULL
);
ALTER TABLE document REPLICA IDENTITY FULL;
ALTER TABLE document ALTER COLUMN body SET STORAGE EXTERNAL;
-- Truncated again and again.
CREATE TABLE scratch (
    id      bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT scratch_pkey PRIMARY KEY,
    version bigint      NOT NULL DEFAULT nextval('version')
);

-- Under triggers in the shape of audit-trigger.
CREATE TABLE line (
    order_id bigint     NOT NULL,
    number  int         NOT NULL,
    version bigint      NOT NULL DEFAULT nextval('version'),
    amount  numeric     NOT NULL,
    CONSTRAINT line_pkey PRIMARY KEY (order_id, number)
);
CREATE TABLE task (
    id      bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT task_pkey PRIMARY KEY,
    version bigint      NOT NULL DEFAULT nextval('version'),
    state   text        NOT NULL,
    due     timestamptz,
    notes   jsonb       NOT NULL DEFAULT '[]'
);
