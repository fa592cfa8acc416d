-- Tamper evidence: what the hash of an activity's content is, and the seals over
-- the hashes of each hour. See docs/adr/012-seal-hours-behind-the-writer.md.

-- All empty in rows of before, which can't be sealed. No checks: the writer pays
-- for each of them at every row, and verify finds what they would.
ALTER TABLE activity.activity
    ADD COLUMN salt             bytea, -- 16 bytes, made at random for each row
    ADD COLUMN content_hash     bytea, -- 32 bytes, SHA-256
    ADD COLUMN identity_digest  bytea, -- 32 bytes, stands in for an actor that was erased
    ADD COLUMN documents_digest bytea; -- 32 bytes, stands in for texts and documents that were erased

-- One row for each hour that was sealed, and another when rows came late.
CREATE TABLE activity.seal (
    sequence      bigint      NOT NULL, -- 1, 2, 3, …
    hour          timestamptz NOT NULL,
    row_count     bigint      NOT NULL,
    counted       bigint      NOT NULL, -- what the counts knew of the hour by then
    unhashed      bigint      NOT NULL, -- rows of the hour without a hash
    sealed_at     timestamptz NOT NULL,
    root          bytea       NOT NULL, -- of the Merkle tree (RFC 6962) over content_hash by key
    leaves_hash   bytea       NOT NULL, -- SHA-256 of the list in seal_leaves
    previous_hash bytea       NOT NULL, -- hash of the seal before
    hash          bytea       NOT NULL,
    public_key    bytea       NOT NULL,
    signature     bytea       NOT NULL, -- Ed25519 over hash
    CONSTRAINT seal_pkey PRIMARY KEY (sequence)
);

COMMENT ON TABLE activity.seal IS 'Signed Merkle roots over the activities of an hour, each naming the one before.';

-- Which hours have a seal, and the lists of one hour.
CREATE INDEX seal_hour_idx ON activity.seal (hour);

-- The rows under a seal, by key, 32 bytes each: occurred_at in microseconds since
-- 1970, id, the first 8 bytes of content_hash. They are how a row that is gone can
-- be named.
CREATE TABLE activity.seal_leaves (
    sequence bigint  NOT NULL,
    chunk    integer NOT NULL, -- 0, 1, 2, …
    leaves   bytea   NOT NULL,
    CONSTRAINT seal_leaves_pkey PRIMARY KEY (sequence, chunk)
);

COMMENT ON TABLE activity.seal_leaves IS 'The keys of the rows under each seal.';

-- Hashes don't compress.
ALTER TABLE activity.seal_leaves ALTER COLUMN leaves SET STORAGE EXTERNAL;
