-- The role that Grafana reads Postgres with, and that can change nothing. Run it as a
-- superuser, or as who owns the schema and may make roles, in the trail's database, after
-- `activityctl schema up`, and again after each upgrade. Then give it a password:
-- \password grafana
--
-- It sees all projects, as a member of activity_all_projects. For a Grafana that may see
-- some of them only, a superuser names these instead:
--   REVOKE activity_all_projects FROM grafana;
--   ALTER ROLE grafana SET activity.projects = '{acme}';
-- The panels about tables, upkeep and migrations are of all projects still.

BEGIN;

DO $$
BEGIN
    CREATE ROLE grafana LOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL; -- of a run before
END
$$;

DO $$
BEGIN
    CREATE ROLE activity_all_projects NOLOGIN; -- row-level security asks for it
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL; -- as above
END
$$;

ALTER ROLE grafana SET default_transaction_read_only = on;
ALTER ROLE grafana SET statement_timeout = '30s';    -- no panel is worth more

GRANT activity_reader, activity_all_projects TO grafana;
GRANT USAGE ON SCHEMA activity TO grafana;
-- The counts, under the same policies as the rows.
GRANT SELECT ON activity.activity_metrics_hourly TO grafana;
GRANT EXECUTE ON FUNCTION activity.scope_open() TO grafana;
-- How far a migration is.
GRANT SELECT ON activity.migration, activity.migration_source, activity.migration_chunk,
    activity.migration_difference TO grafana;
-- How the tables and their upkeep are.
GRANT SELECT ON activity.activity_freshness, activity.activity_partition_sizes, activity.activity_index_usage,
    activity.activity_query_performance, activity.upkeep, activity.retention_log TO grafana;
GRANT EXECUTE ON FUNCTION activity.partitions(), activity.query_performance() TO grafana;

COMMIT;
