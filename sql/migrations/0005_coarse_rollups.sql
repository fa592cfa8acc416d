-- The counts by hour once more, in two coarser ways: a dashboard of a month reads a
-- tenth of the rows (of ten million activities in 60 days, 123,336 by hour, 10,330
-- by day, 7,108 by project and hour). Folding adds to all three at once; the deltas
-- are those of the hours.

-- Nobody folds until all tables agree; before any table is locked, as a folder
-- does it.
SELECT pg_advisory_xact_lock(hashtextextended('activity.fold_rollups', 0));

CREATE TABLE activity.rollup_day (
    n          bigint           NOT NULL,
    day        date             NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    source     text COLLATE "C" NOT NULL,
    status     text COLLATE "C" NOT NULL,
    severity   text COLLATE "C" NOT NULL,
    CONSTRAINT rollup_day_pkey PRIMARY KEY (project_id, day, source, status, severity)
);

CREATE TABLE activity.rollup_project_hour (
    hour       timestamptz      NOT NULL,
    n          bigint           NOT NULL,
    project_id text COLLATE "C" NOT NULL,
    CONSTRAINT rollup_project_hour_pkey PRIMARY KEY (project_id, hour)
);

COMMENT ON TABLE activity.rollup_day IS 'rollup_hour by day (UTC) in place of the hour.';
COMMENT ON TABLE activity.rollup_project_hour IS 'rollup_hour by hour and project alone.';

-- A period of all projects; the primary keys serve that of one.
CREATE INDEX rollup_hour_hour_idx ON activity.rollup_hour (hour);
CREATE INDEX rollup_day_day_idx ON activity.rollup_day (day);
CREATE INDEX rollup_project_hour_hour_idx ON activity.rollup_project_hour (hour);

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['rollup_day', 'rollup_project_hour'] LOOP
        EXECUTE format('ALTER TABLE activity.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY project_scope ON activity.%I FOR SELECT '
            'USING ((SELECT activity.scope_all()) OR project_id = ANY ((SELECT activity.scope_projects())::text[]))', name);
        EXECUTE format('CREATE POLICY any_project ON activity.%I FOR INSERT WITH CHECK (true)', name);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'activity_reader') THEN
            EXECUTE format('GRANT SELECT ON activity.%I TO activity_reader', name);
        END IF;
    END LOOP;
END
$$;

INSERT INTO activity.rollup_day (n, day, project_id, source, status, severity)
SELECT sum(n), (hour AT TIME ZONE 'UTC')::date, project_id, source, status, severity
FROM activity.rollup_hour
GROUP BY 2, project_id, source, status, severity
ORDER BY 2;

INSERT INTO activity.rollup_project_hour (hour, n, project_id)
SELECT hour, sum(n), project_id
FROM activity.rollup_hour
GROUP BY hour, project_id
ORDER BY hour;

-- As in 0002, but into all three totals of the hours, and in the order of time: what
-- is read together lies together.
CREATE OR REPLACE FUNCTION activity.fold_rollups() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    taken bigint := 0;
    part  bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('activity.fold_rollups', 0)) THEN
        RETURN 0;
    END IF;

    WITH delta AS (
        DELETE FROM activity.rollup_hour_delta RETURNING hour, n, project_id, source, status, severity
    ), by_hour AS (
        INSERT INTO activity.rollup_hour AS total (hour, n, project_id, source, status, severity)
        SELECT hour, sum(n), project_id, source, status, severity
        FROM delta
        GROUP BY hour, project_id, source, status, severity
        ORDER BY hour
        ON CONFLICT ON CONSTRAINT rollup_hour_pkey DO UPDATE SET n = total.n + excluded.n
    ), by_day AS (
        INSERT INTO activity.rollup_day AS total (n, day, project_id, source, status, severity)
        SELECT sum(n), (hour AT TIME ZONE 'UTC')::date, project_id, source, status, severity
        FROM delta
        GROUP BY 2, project_id, source, status, severity
        ORDER BY 2
        ON CONFLICT ON CONSTRAINT rollup_day_pkey DO UPDATE SET n = total.n + excluded.n
    ), by_project AS (
        INSERT INTO activity.rollup_project_hour AS total (hour, n, project_id)
        SELECT hour, sum(n), project_id
        FROM delta
        GROUP BY hour, project_id
        ORDER BY hour
        ON CONFLICT ON CONSTRAINT rollup_project_hour_pkey DO UPDATE SET n = total.n + excluded.n
    )
    SELECT count(*) INTO part FROM delta;
    taken := taken + part;

    WITH delta AS (
        DELETE FROM activity.rollup_action_day_delta RETURNING n, day, project_id, action, status
    ), folded AS (
        INSERT INTO activity.rollup_action_day AS total (n, day, project_id, action, status)
        SELECT sum(n), day, project_id, action, status
        FROM delta
        GROUP BY day, project_id, action, status
        ON CONFLICT ON CONSTRAINT rollup_action_day_pkey DO UPDATE SET n = total.n + excluded.n
    )
    SELECT count(*) INTO part FROM delta;
    RETURN taken + part;
END
$$;
