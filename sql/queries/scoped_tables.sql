-- The tables that scoped transactions read: those with row-level security, and the
-- two whose rows are only ever read for activities that are visible. No views,
-- which read as their owner, and no partitions, which have no policies.
SELECT coalesce(string_agg(format('activity.%I', c.relname), ', ' ORDER BY c.relname), '')
FROM pg_class AS c
WHERE c.relnamespace = to_regnamespace('activity')
  AND (c.relrowsecurity OR c.relname IN ('batch', 'resource'))
