-- So many audit rows of three days, of rows that were inserted, updated twice and deleted:
-- with what an application's table has, about as large as the activities of the writer.
CREATE TABLE public."order" (
    id       bigint PRIMARY KEY,
    customer text NOT NULL,
    state    text NOT NULL,
    total    numeric NOT NULL,
    address  jsonb,
    note     text,
    paid_at  timestamptz
);
SELECT audit.enable_tracking('public."order"');

INSERT INTO audit.record_version (record_id, old_record_id, op, ts, table_oid, table_schema, table_name, record, old_record)
SELECT CASE WHEN op <> 'DELETE' THEN record_id END, CASE WHEN op <> 'INSERT' THEN record_id END, op, at,
       'public."order"'::regclass, 'public', 'order',
       CASE WHEN op <> 'DELETE' THEN record || jsonb_build_object('state', 'state ' || n % 4, 'total', n * 0.01) END,
       CASE WHEN op <> 'INSERT' THEN record || jsonb_build_object('state', 'state ' || n % 4 - 1, 'total', n * 0.01 - 1) END
FROM generate_series(0, current_setting('bench.rows')::bigint - 1) AS n,
     LATERAL (SELECT md5((n / 4)::text)::uuid AS record_id,
                     (ARRAY['INSERT', 'UPDATE', 'UPDATE', 'DELETE'])[n % 4 + 1]::audit.operation AS op,
                     now() - interval '3 days' + n * (interval '71 hours' / current_setting('bench.rows')::bigint) AS at,
                     jsonb_build_object(
                         'id', n / 4, 'customer', 'customer-' || n % 18000, 'note', 'The order was changed in the back office.',
                         'address', jsonb_build_object('city', 'Lisbon', 'zip', 1000 + n % 900), 'paid_at', NULL) AS record) AS whole
ORDER BY n;
