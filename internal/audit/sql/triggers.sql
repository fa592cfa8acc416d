-- Triggers of tables; those that a partition has of its root are left out.
SELECT
    t.tgrelid,
    t.tgname::text,
    t.tgenabled::text,
    n.nspname::text,
    p.proname::text,
    t.tgargs
FROM pg_trigger AS t
JOIN pg_proc AS p ON p.oid = t.tgfoid
JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE NOT t.tgisinternal AND t.tgparentid = 0
ORDER BY t.tgrelid, t.tgname COLLATE "C"
