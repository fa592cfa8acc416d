-- The history: audit rows of the last 90 days as the triggers would have left them, of
-- rows that are gone: each was inserted, updated twice and deleted. Versions are below 0,
-- so that nothing that is written now has the same. shop.rows says how many audit rows.
--
-- tablelog has two rows for an update, six for four changes: it gets two ninths of the
-- changes, a third of the audit rows. The rest is for the two others.
CREATE TEMPORARY TABLE old AS
SELECT n, n / 4 + 1000000 AS id, -n - 1 AS version, -n AS before,
       (ARRAY['INSERT', 'UPDATE', 'UPDATE', 'DELETE'])[n % 4 + 1] AS operation,
       now() - interval '90 days' + n * (interval '89 days' / changes) AS at,
       n * 100 / changes AS part
FROM (SELECT current_setting('shop.rows')::bigint * 9 / 10 / 4 * 4 AS changes) AS size,
     LATERAL generate_series(0, changes - 1) AS n;

CREATE TEMPORARY TABLE halves AS
SELECT n, id, tuple, operation, at, part, CASE tuple WHEN 'new' THEN version ELSE before END AS version
FROM old, unnest(CASE operation WHEN 'INSERT' THEN ARRAY['new'] WHEN 'DELETE' THEN ARRAY['old'] ELSE ARRAY['old', 'new'] END) AS tuple
WHERE part < 22
ORDER BY n, tuple DESC;

INSERT INTO account_log (id, version, balance, note, trigger_mode, trigger_tuple, trigger_changed, trigger_user)
SELECT id, version, n / 7.0, 'note ' || n, operation, tuple, at, 'shop' FROM halves WHERE part < 11;

INSERT INTO ledger_log (id, version, account, amount, at, trigger_mode, trigger_tuple, trigger_changed, trigger_user)
SELECT id, version, id % 1000, n / 7.0, at, operation, tuple, at, 'shop' FROM halves WHERE part >= 11;

INSERT INTO audit.record_version (record_id, old_record_id, op, ts, table_oid, table_schema, table_name, record, old_record)
SELECT audit.to_record_id('customer'::regclass, '{id}', made), audit.to_record_id('customer'::regclass, '{id}', gone),
       operation::audit.operation, at, 'customer'::regclass, 'public', 'customer', made, gone
FROM old,
     LATERAL (SELECT jsonb_build_object('id', id, 'name', 'customer ' || id, 'profile', jsonb_build_object('n', n), 'seen_at', NULL) AS row) AS whole,
     LATERAL (SELECT CASE WHEN operation <> 'DELETE' THEN row || jsonb_build_object('version', version) END AS made,
                     CASE WHEN operation <> 'INSERT' THEN row || jsonb_build_object('version', before) END AS gone) AS both_rows
WHERE part >= 22 AND part < 61
ORDER BY n;

INSERT INTO audit.logged_actions (
    schema_name, table_name, relid, session_user_name, action_tstamp_tx, action_tstamp_stm, action_tstamp_clk,
    transaction_id, application_name, client_query, action, row_data, changed_fields, statement_only)
SELECT 'public', 'line', 'line'::regclass, 'shop', at, at, at, n + 1, 'shop', 'the statement', left(operation, 1),
       hstore(ARRAY['order_id', 'number', 'version', 'amount'],
              ARRAY[id, 1, CASE operation WHEN 'INSERT' THEN version ELSE before END, 7]::text[]),
       CASE operation WHEN 'UPDATE' THEN hstore('version', version::text) END, false
FROM old WHERE part >= 61
ORDER BY n;

INSERT INTO truth.history
SELECT source, COALESCE(last_key, 0)
FROM (VALUES ('public.account_log', (SELECT max(trigger_id) FROM account_log)),
             ('public.ledger_log', (SELECT max(trigger_id) FROM ledger_log)),
             ('audit.record_version', (SELECT max(id) FROM audit.record_version)),
             ('audit.logged_actions', (SELECT max(event_id) FROM audit.logged_actions))) AS last (source, last_key);
