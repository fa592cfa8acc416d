-- How many partitions are attached, which of them is the DEFAULT one, and for how
-- many days from today on (UTC) there are some without a gap, ten at most.
SELECT
    (SELECT count(*) FROM pg_inherits WHERE inhparent = trail.oid),
    coalesce((SELECT format('activity.%I', c.relname)
              FROM pg_partitioned_table AS p
              JOIN pg_class AS c ON c.oid = p.partdefid
              WHERE p.partrelid = trail.oid), ''),
    coalesce((SELECT min(day.ahead)
              FROM generate_series(0, 9) AS day (ahead)
              WHERE NOT EXISTS (
                  SELECT
                  FROM activity.partitions() AS p
                  WHERE p.lower_bound <= (now() AT TIME ZONE 'UTC')::date + day.ahead
                    AND p.upper_bound > (now() AT TIME ZONE 'UTC')::date + day.ahead)), 10)
FROM (SELECT 'activity.activity'::regclass::oid) AS trail (oid)
