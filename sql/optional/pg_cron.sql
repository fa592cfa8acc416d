-- The upkeep by pg_cron, for a trail without a Collector that does it, or beside one: a
-- task is done by one of them at a time, and when it is due.
--
-- Run it in the database that cron.database_name names, as a role that owns the schema
-- activity or may execute its functions (activity_writer). The server has to be started
-- with shared_preload_libraries = 'pg_cron'; Debian's package is postgresql-15-cron,
-- hosted databases have a switch for it. Postgres runs each job with the rights of the
-- role that schedules it.
--
--   SELECT * FROM cron.job_run_details ORDER BY start_time DESC LIMIT 10;  -- how it went
--   SELECT * FROM activity.upkeep ORDER BY place;                          -- and each task
--   SELECT cron.unschedule('activity-upkeep');

CREATE EXTENSION IF NOT EXISTS pg_cron WITH SCHEMA pg_catalog;

-- A minute, because partitions and counts are due each time; how often the other tasks
-- are activity.upkeep says. A job of the same name is replaced.
SELECT cron.schedule('activity-upkeep', '* * * * *', 'CALL activity.maintain()');
