-- Roles, so that nobody has more rights than its work needs:
--
--   activity_owner     owns the schema: migrates it, erases, verifies
--   activity_writer    adds activities, and reads nothing of them but keys
--   activity_reader    reads the projects that its transaction names
--   activity_migrator  starts and steers migrations off audit triggers, and does nothing else
--
-- Run it as a superuser, in the trail's database, after `activityctl schema up`, and
-- again after each upgrade of the schema. None of them can log in. Who logs in is
-- a member:
--
--   CREATE ROLE keeper    LOGIN IN ROLE activity_owner;
--   ALTER  ROLE keeper    SET role = 'activity_owner';  -- what it makes belongs to the owner
--   CREATE ROLE collector LOGIN IN ROLE activity_writer;
--   ALTER  ROLE collector SET role = 'activity_writer'; -- BYPASSRLS isn't inherited
--   CREATE ROLE api       LOGIN IN ROLE activity_reader;
--   GRANT activity_migrator TO api; -- if its admins may steer migrations
--
-- The writer passes by the policies because Postgres refuses COPY under row-level
-- security; what it may read are the columns below.

BEGIN;

DO $$
DECLARE
    name  text;
    thing record;
BEGIN
    FOREACH name IN ARRAY ARRAY['activity_owner', 'activity_writer', 'activity_reader', 'activity_migrator'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL; -- of another database of this cluster, or of a run before
        END;
    END LOOP;
    PERFORM FROM pg_roles WHERE rolname = 'activity_writer' AND rolbypassrls;
    IF NOT FOUND THEN
        ALTER ROLE activity_writer BYPASSRLS;
    END IF;

    ALTER SCHEMA activity OWNER TO activity_owner;
    -- Partitions too; indexes follow their tables.
    FOR thing IN
        SELECT c.oid::regclass AS name
        FROM pg_class AS c
        WHERE c.relnamespace = 'activity'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO activity_owner', thing.name);
    END LOOP;
    FOR thing IN
        SELECT p.oid::regprocedure AS name FROM pg_proc AS p WHERE p.pronamespace = 'activity'::regnamespace
    LOOP
        EXECUTE format('ALTER ROUTINE %s OWNER TO activity_owner', thing.name);
    END LOOP;
END
$$;

-- Nothing is left of what was granted before, to anybody of these and to everybody.
REVOKE ALL ON SCHEMA activity FROM PUBLIC, activity_writer, activity_reader, activity_migrator;
REVOKE ALL ON ALL TABLES IN SCHEMA activity FROM PUBLIC, activity_writer, activity_reader, activity_migrator;
REVOKE ALL ON ALL ROUTINES IN SCHEMA activity FROM PUBLIC, activity_writer, activity_reader, activity_migrator;
ALTER DEFAULT PRIVILEGES FOR ROLE activity_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

GRANT USAGE ON SCHEMA activity TO activity_writer, activity_reader, activity_migrator;
GRANT SELECT ON activity.schema_version TO activity_writer, activity_reader, activity_migrator;

-- The writer: COPY, the question which keys are there already, counts, dead letters.
GRANT INSERT ON activity.activity, activity.batch, activity.rejected, activity.resource,
    activity.rollup_hour_delta, activity.rollup_action_day_delta TO activity_writer;
GRANT SELECT (occurred_at, id) ON activity.activity TO activity_writer;
GRANT SELECT (occurred_at, id) ON activity.rejected TO activity_writer;
GRANT SELECT (resource_id) ON activity.resource TO activity_writer;
-- Its functions make partitions and fold counts with the owner's rights.
GRANT EXECUTE ON FUNCTION activity.ensure_partitions(date[]), activity.ensure_partitions_ahead(integer),
    activity.fold_rollups() TO activity_writer;
-- The upkeep, with the owner's rights too: what it removes the owner's policies decide.
GRANT EXECUTE ON FUNCTION activity.upkeep_step(text, boolean) TO activity_writer;
GRANT EXECUTE ON PROCEDURE activity.maintain(text[]) TO activity_writer;
GRANT SELECT ON activity.upkeep TO activity_writer;
-- Sealing: hashes, how many activities an hour has, and the seals before.
GRANT SELECT (content_hash) ON activity.activity TO activity_writer;
GRANT SELECT (hour, n) ON activity.rollup_hour_delta, activity.rollup_project_hour TO activity_writer;
GRANT SELECT, INSERT ON activity.seal, activity.seal_leaves TO activity_writer;

-- Migrations off audit triggers, which a Collector runs: what they are at, and whole rows
-- until nobody can go back any more. It compares contents too, which is more than a writer
-- reads otherwise. For as long as one runs:
--
--   GRANT SELECT ON activity.activity TO activity_writer; -- this script takes it away again
--
GRANT SELECT, INSERT, UPDATE ON activity.migration, activity.migration_source, activity.migration_table TO activity_writer;
GRANT SELECT, INSERT ON activity.migration_fence, activity.migration_restored TO activity_writer;
GRANT SELECT, INSERT, DELETE ON activity.migration_chunk, activity.migration_difference, activity.migration_journal TO activity_writer;

-- The reader: under the policies. Not the partitions, which have none, nor the views
-- over the counts, which read as their owner.
GRANT SELECT ON activity.activity, activity.resource, activity.batch, activity.rejected,
    activity.rollup_hour, activity.rollup_hour_delta, activity.rollup_day, activity.rollup_project_hour,
    activity.rollup_action_day, activity.rollup_action_day_delta TO activity_reader;
-- These two views ask the policies themselves; the functions read as who calls them.
GRANT SELECT ON activity.activity_metrics_daily, activity.activity_metrics_hourly TO activity_reader;
GRANT EXECUTE ON FUNCTION activity.scope_projects(), activity.scope_all(), activity.scope_open(),
    activity.recent_activities(text, integer, timestamptz),
    activity.entity_timeline(text, text, integer, timestamptz),
    activity.actor_timeline(text, integer, timestamptz),
    activity.top_actions(text, timestamptz, timestamptz, integer),
    activity.failure_rate(text, timestamptz, timestamptz, text),
    activity.rollup_drift(timestamptz, timestamptz) TO activity_reader;
-- Not whole rows: the journal of a migration is the writer's alone.
GRANT SELECT ON activity.migration, activity.migration_source, activity.migration_table,
    activity.migration_difference, activity.migration_chunk TO activity_reader;

-- The migrator: what a command leaves behind for the writer to carry out.
GRANT SELECT, INSERT, UPDATE ON activity.migration TO activity_migrator;
GRANT SELECT, UPDATE (error) ON activity.migration_source, activity.migration_table TO activity_migrator;
GRANT SELECT, DELETE ON activity.migration_difference TO activity_migrator;

-- Whoever watches the server (GRANT pg_monitor TO …) sees how the trail is doing, and no
-- activity.
GRANT USAGE ON SCHEMA activity TO pg_monitor;
GRANT SELECT ON activity.upkeep, activity.retention_log, activity.activity_query_performance,
    activity.activity_index_usage, activity.activity_partition_sizes, activity.activity_freshness TO pg_monitor;
GRANT EXECUTE ON FUNCTION activity.query_performance(), activity.partitions() TO pg_monitor;

COMMIT;
