-- Who may read which projects, enforced by the database: a session sees the
-- projects that the setting activity.projects lists (the text of a text[]), all
-- of them when activity.all_projects is on, and nothing when neither is set. The
-- API takes the role activity_reader for its scoped transactions, because the
-- owner of a table passes by its policies.

-- Each is read once a statement: in the policies the calls are subqueries.
CREATE FUNCTION activity.scope_projects() RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(nullif(current_setting('activity.projects', true), '')::text[], '{}')
$$;

CREATE FUNCTION activity.scope_all() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(current_setting('activity.all_projects', true), '') = 'on'
$$;

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['activity', 'rejected', 'rollup_hour', 'rollup_hour_delta', 'rollup_action_day', 'rollup_action_day_delta'] LOOP
        EXECUTE format('ALTER TABLE activity.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY project_scope ON activity.%I FOR SELECT '
            'USING ((SELECT activity.scope_all()) OR project_id = ANY ((SELECT activity.scope_projects())::text[]))', name);
        -- What a role may write its privileges say.
        EXECUTE format('CREATE POLICY any_project ON activity.%I FOR INSERT WITH CHECK (true)', name);
    END LOOP;
END
$$;

-- Dead letters, newest first.
CREATE INDEX rejected_rejected_at_idx ON activity.rejected (rejected_at, id);

-- Roles belong to the cluster: another database may have made it, or make it at
-- the same time, and not every owner may make one.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'activity_reader') THEN
        BEGIN
            CREATE ROLE activity_reader NOLOGIN;
        EXCEPTION
            WHEN duplicate_object OR unique_violation THEN
                NULL;
            WHEN insufficient_privilege THEN
                RAISE NOTICE 'The role activity_reader is missing and % may not create it: project scopes need it.', current_user;
                RETURN;
        END;
    END IF;
    BEGIN
        EXECUTE format('GRANT activity_reader TO %I', current_user);
    EXCEPTION
        WHEN insufficient_privilege THEN
            RAISE NOTICE '% may not take the role activity_reader: project scopes need GRANT activity_reader TO %.', current_user, current_user;
    END;
    GRANT USAGE ON SCHEMA activity TO activity_reader;
    -- Not the views over the counts: they read as their owner.
    GRANT SELECT ON activity.activity, activity.resource, activity.batch, activity.rejected,
        activity.rollup_hour, activity.rollup_hour_delta,
        activity.rollup_action_day, activity.rollup_action_day_delta TO activity_reader;
END
$$;
