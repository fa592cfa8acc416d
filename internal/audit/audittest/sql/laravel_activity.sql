-- The table of spatie/laravel-activitylog, and two activities.
CREATE TABLE public.activity_log (
    id           bigserial PRIMARY KEY,
    log_name     varchar(255),
    description  text NOT NULL,
    subject_type varchar(255),
    subject_id   bigint,
    causer_type  varchar(255),
    causer_id    bigint,
    properties   json,
    event        varchar(255),
    batch_uuid   uuid,
    created_at   timestamp(0),
    updated_at   timestamp(0)
);

INSERT INTO public.activity_log (log_name, description, subject_type, subject_id, causer_type, causer_id, properties, event, created_at) VALUES
    ('default', 'updated', 'App\Models\Order', 7, 'App\Models\User', 12, '{"attributes": {"state": "paid"}, "old": {"state": "open"}}', 'updated', '2026-01-02 03:04:05'),
    ('mail', 'Sent the invoice', 'App\Models\Order', 7, NULL, NULL, '{"to": "ann@example.com"}', NULL, '2026-01-02 04:04:05');
