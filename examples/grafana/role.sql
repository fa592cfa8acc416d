-- The role that Grafana reads Postgres with: all projects, and nothing that it could
-- change. Run it as a superuser, or as who owns the schema and may make roles, in the
-- trail's database, after `activityctl schema up`; again after each upgrade. Then give it
-- a password: \password grafana
--
-- Where Grafana is shown to people who may not see all projects, leave the dashboard to
-- those who may: the counts that it reads are of all.

BEGIN;

DO $$
BEGIN
    CREATE ROLE grafana LOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL; -- of a run before
END
$$;

ALTER ROLE grafana SET activity.all_projects = 'on'; -- what row-level security asks for
ALTER ROLE grafana SET default_transaction_read_only = on;
ALTER ROLE grafana SET statement_timeout = '30s';    -- no panel is worth more

GRANT activity_reader TO grafana;
GRANT USAGE ON SCHEMA activity TO grafana;
-- The counts with what isn't folded yet.
GRANT SELECT ON activity.count_hour, activity.count_action_day TO grafana;
-- How far a migration is.
GRANT SELECT ON activity.migration, activity.migration_source, activity.migration_chunk,
    activity.migration_difference TO grafana;
-- The bounds of the partitions.
GRANT EXECUTE ON FUNCTION activity.partitions() TO grafana;

COMMIT;
