-- The trail itself: one append-only table by time, its dictionary of resources,
-- and what the writer adds to each batch.

-- What records of one source have in common, stored once. resource_id is derived
-- from the content, so that writers agree on it without asking.
CREATE TABLE activity.resource (
    resource_id      bigint      NOT NULL,
    first_seen_at    timestamptz NOT NULL DEFAULT now(),
    schema_url       text,
    scope_name       text,
    scope_version    text,
    scope_schema_url text,
    attributes       jsonb,
    scope_attributes jsonb,
    CONSTRAINT resource_pkey PRIMARY KEY (resource_id)
);

COMMENT ON TABLE activity.resource IS 'OTel Resource and Scope of activities, once each.';

-- Columns are ordered by alignment: 8 bytes, 2 bytes, then those of any length.
CREATE TABLE activity.activity (
    occurred_at     timestamptz      NOT NULL,
    observed_at     timestamptz,
    ingested_at     timestamptz      NOT NULL DEFAULT now(),
    resource_id     bigint           NOT NULL,
    duration        double precision,             -- seconds
    severity_number smallint         NOT NULL,    -- as sent; 0 when none was
    id              uuid             NOT NULL,
    trace_id        bytea,                        -- 16 bytes
    span_id         bytea,                        -- 8 bytes
    source          text COLLATE "C" NOT NULL,
    status          text COLLATE "C" NOT NULL,
    severity        text COLLATE "C" NOT NULL,
    action          text COLLATE "C" NOT NULL,
    project_id      text COLLATE "C" NOT NULL DEFAULT '',
    entity_type     text COLLATE "C",
    entity_id       text COLLATE "C",
    entity_name     text,
    actor_id        text COLLATE "C",
    actor_type      text COLLATE "C",
    actor_name      text,
    on_behalf_of    text COLLATE "C",
    operation_id    text COLLATE "C",
    service_name    text COLLATE "C",
    environment     text COLLATE "C",
    client_address  text,                         -- an address, a host name or a socket: never cast
    details         text,
    reason          text,
    metadata        jsonb,
    changes         jsonb,
    attributes      jsonb,
    -- Time first: random ids stay cheap to insert, and the newest-first list is
    -- a backward scan.
    CONSTRAINT activity_pkey PRIMARY KEY (occurred_at, id),
    CONSTRAINT activity_source_check CHECK (source IN ('user', 'system', 'integration', 'database', 'scheduled')),
    CONSTRAINT activity_status_check CHECK (status IN ('success', 'failure', 'pending', 'canceled', 'unknown')),
    CONSTRAINT activity_severity_check CHECK (severity IN ('info', 'notice', 'warning', 'critical')),
    CONSTRAINT activity_trace_id_check CHECK (octet_length(trace_id) = 16),
    CONSTRAINT activity_span_id_check CHECK (octet_length(span_id) = 8)
) PARTITION BY RANGE (occurred_at);

COMMENT ON TABLE activity.activity IS 'Who did what to which entity, when, and how it ended. Append-only.';

-- Newest activities of a project; keyset pages of the same.
CREATE INDEX activity_project_idx ON activity.activity (project_id, occurred_at, id);
-- A rare action in a big project (11,380 buffers without it, 54 with).
CREATE INDEX activity_action_idx ON activity.activity (project_id, action, occurred_at, id);
-- The timeline of one entity.
CREATE INDEX activity_entity_idx ON activity.activity (entity_type, entity_id, occurred_at) WHERE entity_id IS NOT NULL;
-- What one actor did.
CREATE INDEX activity_actor_idx ON activity.activity (actor_id, occurred_at) WHERE actor_id IS NOT NULL;
-- All activities of one trace.
CREATE INDEX activity_trace_idx ON activity.activity (trace_id) WHERE trace_id IS NOT NULL;
-- The pending record, its outcome, and all records of a batch.
CREATE INDEX activity_operation_idx ON activity.activity (operation_id) WHERE operation_id IS NOT NULL;

-- One row a write transaction: the cursor of the live tail. A reader asks for the
-- batches that its last snapshot could not see, then for their rows by time range
-- and xmin.
CREATE TABLE activity.batch (
    xid                  xid8        NOT NULL DEFAULT pg_current_xact_id(),
    ingested_at          timestamptz NOT NULL DEFAULT now(),
    least_occurred_at    timestamptz NOT NULL,
    greatest_occurred_at timestamptz NOT NULL,
    row_count            integer     NOT NULL
);

COMMENT ON TABLE activity.batch IS 'Write transactions: the cursor of the live tail.';

-- Batches that a snapshot can't have seen (xid >= its xmin). Not unique: a
-- restored cluster counts its transactions anew.
CREATE INDEX batch_xid_idx ON activity.batch (xid);

-- Dead letters: what the database refused, one record each.
CREATE TABLE activity.rejected (
    rejected_at timestamptz NOT NULL DEFAULT now(),
    occurred_at timestamptz NOT NULL,
    id          uuid        NOT NULL,
    project_id  text COLLATE "C" NOT NULL DEFAULT '',
    action      text COLLATE "C" NOT NULL,
    sqlstate    text        NOT NULL,
    error       text        NOT NULL,
    payload     bytea       NOT NULL, -- an OTLP ExportLogsServiceRequest with the one record
    CONSTRAINT rejected_pkey PRIMARY KEY (occurred_at, id)
);

COMMENT ON TABLE activity.rejected IS 'Records that the database refused, with payload and reason, for replay.';
