-- The table of PaperTrail with columns of jsonb, and three versions.
CREATE TABLE public.versions (
    id             bigserial PRIMARY KEY,
    item_type      varchar NOT NULL,
    item_id        bigint NOT NULL,
    event          varchar NOT NULL,
    whodunnit      varchar,
    object         jsonb,
    object_changes jsonb,
    created_at     timestamp(6)
);

INSERT INTO public.versions (item_type, item_id, event, whodunnit, object, object_changes, created_at) VALUES
    ('Order', 7, 'create', '12', NULL, '{"id": [null, 7], "state": [null, "open"]}', '2026-01-02 03:04:05.678901'),
    ('Order', 7, 'update', NULL, '{"id": 7, "state": "open"}', '{"state": ["open", "paid"]}', '2026-01-02 04:04:05'),
    ('Order', 7, 'destroy', '12', '{"id": 7, "state": "paid"}', NULL, '2026-01-02 05:04:05');
