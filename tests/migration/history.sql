-- The history: audit rows of the last 90 days, %[1]d in all, as the triggers would have
-- left them, of rows that are gone. A row is inserted, updated twice and deleted. Its
-- version is below 0, so that nothing that is written now has the same.
CREATE TEMPORARY TABLE old AS
SELECT n, 1000000 + n / 4 AS id, n %% 4 AS step, -n AS version,
       now() - interval '90 days' + n * (interval '89 days' / %[1]d) AS at,
       (ARRAY['INSERT', 'UPDATE', 'UPDATE', 'DELETE'])[n %% 4 + 1] AS operation
FROM generate_series(1, %[1]d::bigint) AS n;

-- tablelog has two rows for an update: six for each four of the others. A sixth of all
-- rows, then, are from a ninth of the numbers.
INSERT INTO account_log (id, version, balance, note, trigger_mode, trigger_tuple, trigger_changed, trigger_user)
SELECT id, CASE tuple WHEN 'new' THEN version ELSE version + 1 END, step, 'step ' || step, operation, tuple, at, 'shop'
FROM old, unnest(CASE operation WHEN 'INSERT' THEN ARRAY['new'] WHEN 'DELETE' THEN ARRAY['old'] ELSE ARRAY['old', 'new'] END)
          WITH ORDINALITY AS tuples (tuple, place)
WHERE n <= %[1]d / 9
ORDER BY n, place;

INSERT INTO ledger_log (id, version, account, amount, at, trigger_mode, trigger_tuple, trigger_changed, trigger_user)
SELECT id, CASE tuple WHEN 'new' THEN version ELSE version + 1 END, id %% 1000, n / 7.0, at, operation, tuple, at, 'shop'
FROM old, unnest(CASE operation WHEN 'INSERT' THEN ARRAY['new'] WHEN 'DELETE' THEN ARRAY['old'] ELSE ARRAY['old', 'new'] END)
          WITH ORDINALITY AS tuples (tuple, place)
WHERE n > %[1]d / 9 AND n <= %[1]d * 2 / 9
ORDER BY n, place;
