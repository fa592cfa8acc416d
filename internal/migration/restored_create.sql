-- What was put back into audit tables, noted in the transaction that did it.
CREATE SCHEMA IF NOT EXISTS activity_migration;
CREATE TABLE IF NOT EXISTS activity_migration.restored (
    commit_lsn   pg_lsn NOT NULL,
    ordinal      bigint NOT NULL,
    behind       bigint NOT NULL,   -- the changes came right after the audit row of this key
    source_keys  bigint[] NOT NULL,
    migration_id text   NOT NULL,
    table_name   text   NOT NULL,
    CONSTRAINT restored_pkey PRIMARY KEY (migration_id, table_name, commit_lsn, ordinal)
);
-- Until where audit rows were written before their table was given back to its triggers.
CREATE TABLE IF NOT EXISTS activity_migration.given_back (
    last_key     bigint NOT NULL,
    migration_id text   NOT NULL,
    table_name   text   NOT NULL,
    CONSTRAINT given_back_pkey PRIMARY KEY (migration_id, table_name)
)
