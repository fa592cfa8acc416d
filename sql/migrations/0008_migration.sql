-- Moving away from audit triggers: what a migration is at, so that it goes on after a
-- crash at any instruction. See docs/guide/migration.md.

CREATE TABLE activity.migration (
    revision        bigint      NOT NULL DEFAULT 1, -- counts changes of this row: the API's ETag
    started_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    ended_at        timestamptz,
    shadowing_at    timestamptz,                    -- when triggers and log ran side by side first
    verified_at     timestamptz,                    -- of the last comparison that ran to its end
    drop_at         timestamptz,                    -- when finish drops the triggers
    compared        bigint      NOT NULL DEFAULT 0, -- audit rows that this comparison read
    paused          boolean     NOT NULL DEFAULT false,
    drop_tables     boolean     NOT NULL DEFAULT false, -- finish drops the audit tables too
    success         boolean,                        -- null while it runs
    id              text COLLATE "C" NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    name            text        NOT NULL,
    database        text COLLATE "C",               -- system identifier/name; null until a Collector has taken it
    phase           text COLLATE "C" NOT NULL DEFAULT 'discovered',
    wanted          text COLLATE "C",               -- a command that is being carried out
    note            text,                           -- what it waits for
    errors          text[]      NOT NULL DEFAULT '{}',
    spec            jsonb       NOT NULL,           -- what was asked for
    CONSTRAINT migration_pkey PRIMARY KEY (id),
    CONSTRAINT migration_idempotency_key_key UNIQUE (idempotency_key),
    CONSTRAINT migration_phase_check CHECK (phase IN ('discovered', 'prepared', 'backfilling', 'shadowing', 'fenced', 'sweeping', 'verified', 'complete', 'aborted')),
    CONSTRAINT migration_wanted_check CHECK (wanted IN ('cutover', 'abort', 'rollback', 'finish'))
);

COMMENT ON TABLE activity.migration IS 'Migrations away from audit triggers.';

-- One at a time for each database.
CREATE UNIQUE INDEX migration_running_idx ON activity.migration (COALESCE(database, '')) WHERE ended_at IS NULL;

-- The audit tables, and how far each was read.
CREATE TABLE activity.migration_source (
    rows_total   bigint NOT NULL,           -- an estimate
    bytes        bigint NOT NULL,
    rows_done    bigint NOT NULL DEFAULT 0, -- audit rows read
    written      bigint NOT NULL DEFAULT 0, -- activities that were new
    skipped      bigint NOT NULL DEFAULT 0, -- audit rows that make no activity
    position     bigint,                    -- the greatest key that was read; null before the first
    swept        bigint,                    -- the same for the sweep
    first_xid    xid8,                      -- all transactions before it had ended when reading began
    read_rate    double precision,          -- rows a second, of the last chunks
    migration_id text COLLATE "C" NOT NULL,
    source       text COLLATE "C" NOT NULL, -- schema.table
    phase        text COLLATE "C" NOT NULL DEFAULT 'discovered',
    error        text,
    definition   jsonb NOT NULL,            -- internal/audit: its shape, key and tables
    CONSTRAINT migration_source_pkey PRIMARY KEY (migration_id, source),
    CONSTRAINT migration_source_migration_id_fkey FOREIGN KEY (migration_id) REFERENCES activity.migration (id)
);

-- The audited tables.
CREATE TABLE activity.migration_table (
    fenced_at    timestamptz,
    fence_lsn    pg_lsn,
    lock_seconds double precision,          -- from asking for the lock to the commit
    attempts     integer NOT NULL DEFAULT 0,
    compared     bigint  NOT NULL DEFAULT 0, -- changes that were in a transaction with triggers and log
    migration_id text COLLATE "C" NOT NULL,
    table_name   text COLLATE "C" NOT NULL, -- schema.table
    source       text COLLATE "C" NOT NULL,
    recorder     text COLLATE "C" NOT NULL DEFAULT 'triggers',
    error        text,
    CONSTRAINT migration_table_pkey PRIMARY KEY (migration_id, table_name),
    CONSTRAINT migration_table_source_fkey FOREIGN KEY (migration_id, source) REFERENCES activity.migration_source (migration_id, source),
    CONSTRAINT migration_table_recorder_check CHECK (recorder IN ('triggers', 'log'))
);

-- Who records the changes of a table, from which place in the log on: a change counts for
-- the log when the last fence before its commit says so. They outlive their migration.
CREATE TABLE activity.migration_fence (
    lsn          pg_lsn NOT NULL, -- the commit of the fence; 0/0 when the table was first published
    database     text COLLATE "C" NOT NULL,
    table_name   text COLLATE "C" NOT NULL,
    recorder     text COLLATE "C" NOT NULL,
    migration_id text COLLATE "C" NOT NULL DEFAULT '',
    CONSTRAINT migration_fence_pkey PRIMARY KEY (database, table_name, lsn),
    CONSTRAINT migration_fence_recorder_check CHECK (recorder IN ('triggers', 'log'))
);

-- Progress, chunk by chunk.
CREATE TABLE activity.migration_chunk (
    started_at   timestamptz NOT NULL,
    ended_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    after_key    bigint NOT NULL,
    last_key     bigint NOT NULL,
    rows         bigint NOT NULL,
    written      bigint NOT NULL,
    migration_id text COLLATE "C" NOT NULL,
    source       text COLLATE "C" NOT NULL,
    pass         text COLLATE "C" NOT NULL,
    CONSTRAINT migration_chunk_pkey PRIMARY KEY (migration_id, source, pass, last_key),
    CONSTRAINT migration_chunk_pass_check CHECK (pass IN ('backfill', 'sweep'))
);

-- What differs between old and new, row by row.
CREATE TABLE activity.migration_difference (
    found_at     timestamptz NOT NULL DEFAULT now(),
    occurred_at  timestamptz,
    source_key   bigint,                    -- of the audit row, where there is one
    lsn          pg_lsn,                    -- of the transaction, when parity found it
    migration_id text COLLATE "C" NOT NULL,
    source       text COLLATE "C" NOT NULL,
    table_name   text COLLATE "C" NOT NULL,
    kind         text COLLATE "C" NOT NULL,
    found_by     text COLLATE "C" NOT NULL,
    activity_id  uuid,
    detail       text NOT NULL,
    CONSTRAINT migration_difference_kind_check CHECK (kind IN ('missing_activity', 'missing_audit_row', 'changed')),
    CONSTRAINT migration_difference_found_by_check CHECK (found_by IN ('parity', 'comparison'))
);

-- The differences of a migration. One that is found again is the same one.
CREATE UNIQUE INDEX migration_difference_idx ON activity.migration_difference
    (migration_id, found_by, source, table_name, kind, COALESCE(lsn, '0/0'), COALESCE(source_key, 0), md5(detail));

-- Whole rows of the changes since a fence, so that they can be put into the audit table
-- when a migration is undone.
CREATE TABLE activity.migration_journal (
    commit_lsn   pg_lsn      NOT NULL,
    committed_at timestamptz NOT NULL,
    xid          bigint      NOT NULL,
    ordinal      bigint      NOT NULL, -- of the change in its transaction, from 0
    migration_id text COLLATE "C" NOT NULL,
    table_name   text COLLATE "C" NOT NULL,
    operation    text COLLATE "C" NOT NULL,
    old_row      jsonb,                -- texts as Postgres prints them, jsonb and json as documents
    new_row      jsonb,
    CONSTRAINT migration_journal_pkey PRIMARY KEY (migration_id, table_name, commit_lsn, ordinal),
    CONSTRAINT migration_journal_operation_check CHECK (operation IN ('insert', 'update', 'delete', 'truncate'))
);

-- Audit rows that were put back: their changes are in the trail already.
CREATE TABLE activity.migration_restored (
    source_key bigint NOT NULL,
    database   text COLLATE "C" NOT NULL,
    source     text COLLATE "C" NOT NULL,
    CONSTRAINT migration_restored_pkey PRIMARY KEY (database, source, source_key)
);
