-- Spreads the trail over the workers of a Citus cluster. Run it once on the coordinator, as
-- the owner of the schema, after `activityctl schema up` and CREATE EXTENSION citus; best
-- while the trail is empty, since what it holds is moved. docs/guide/scale-out.md says what
-- was tried of it, and what stands against it for now.
--
--   psql "$ACTIVITY_DSN" -v ON_ERROR_STOP=1 -f sql/optional/citus.sql
--
-- By id: ids are spread evenly, and are part of the primary key (occurred_at, id), which
-- Citus asks for. Partitions follow their parent, those that are made later too. Time stays
-- what partitions go by: a worker has a shard of each day.
--
-- Counts, batches, seals, dead letters and migrations stay on the coordinator. They are
-- small, and the writer adds to them in the transaction of its rows, which two-phase
-- commit holds together.
--
-- Reading under row-level security has to carry the projects to the workers. For the role
-- of the query API:
--
--   ALTER ROLE api SET citus.propagate_set_commands = 'local';
--
-- ALTER TABLE … DETACH PARTITION … CONCURRENTLY isn't for distributed tables. Nothing here
-- uses it.

BEGIN;

DO $$
BEGIN
    IF to_regproc('create_distributed_table') IS NULL THEN
        RAISE EXCEPTION 'the extension citus is not in this database'
            USING HINT = 'Load citus by shared_preload_libraries, and run CREATE EXTENSION citus.';
    END IF;
END
$$;

-- Each worker has all resources, so that a list joins them where its rows are.
SELECT create_reference_table('activity.resource');

-- The functions in the policies run on the workers.
SELECT create_distributed_function('activity.scope_projects()');
SELECT create_distributed_function('activity.scope_all()');

SELECT create_distributed_table('activity.activity', 'id', colocate_with => 'none');

COMMIT;

-- What is where.
SELECT table_name, citus_table_type, distribution_column, shard_count
FROM citus_tables
WHERE table_name::text LIKE 'activity.%'
ORDER BY 1;
