-- The tables of django-auditlog and of what it refers to, with two entries.
CREATE TABLE public.django_content_type (
    id        serial PRIMARY KEY,
    app_label varchar(100) NOT NULL,
    model     varchar(100) NOT NULL
);

CREATE TABLE public.auditlog_logentry (
    id              serial PRIMARY KEY,
    object_pk       varchar(255) NOT NULL,
    object_id       bigint,
    object_repr     text NOT NULL,
    action          smallint NOT NULL,
    changes         jsonb,
    timestamp       timestamptz NOT NULL,
    actor_id        integer,
    content_type_id integer NOT NULL REFERENCES public.django_content_type (id),
    remote_addr     inet,
    additional_data jsonb,
    serialized_data jsonb,
    cid             varchar(255),
    changes_text    text NOT NULL DEFAULT '',
    actor_email     varchar(254)
);

INSERT INTO public.django_content_type (app_label, model) VALUES ('shop', 'order');
INSERT INTO public.auditlog_logentry (object_pk, object_id, object_repr, action, changes, timestamp, actor_id, content_type_id, remote_addr, cid) VALUES
    ('7', 7, 'Order 7', 0, '{"id": ["None", "7"], "state": ["None", "open"]}', '2026-01-02 03:04:05.678901+00', 12, 1, '192.0.2.1', 'c-1'),
    ('7', 7, 'Order 7', 1, '{"state": ["open", "paid"]}', '2026-01-02 04:04:05+00', NULL, 1, NULL, NULL);
