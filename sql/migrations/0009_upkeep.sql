-- What the schema needs from time to time, so that it keeps itself: partitions ahead,
-- counts folded, retention, views, statistics, batches. A Collector, activityctl or
-- pg_cron asks for it, step by step; how each task went is in activity.upkeep. See
-- docs/guide/upkeep.md and docs/adr/016-replace-partitions-that-expire.md.

-- How long activities are kept. NULL is for ever.
CREATE TABLE activity.retention_class (
    keep  interval,
    class text COLLATE "C" NOT NULL,
    CONSTRAINT retention_class_pkey PRIMARY KEY (class),
    CONSTRAINT retention_class_keep_check CHECK (keep >= interval '1 day')
);

COMMENT ON TABLE activity.retention_class IS 'How long activities are kept, by class; keep NULL is for ever. Projects without a class of their own have "default".';

INSERT INTO activity.retention_class (class) VALUES ('default');

CREATE TABLE activity.project_retention (
    legal_hold boolean NOT NULL DEFAULT false, -- nothing of the project is removed while it is on
    project_id text COLLATE "C" NOT NULL,
    class      text COLLATE "C" NOT NULL DEFAULT 'default',
    reason     text,
    CONSTRAINT project_retention_pkey PRIMARY KEY (project_id),
    CONSTRAINT project_retention_class_fkey FOREIGN KEY (class) REFERENCES activity.retention_class (class)
);

COMMENT ON TABLE activity.project_retention IS 'Projects that are kept for another time than the default, or under a legal hold.';

-- What retention took out: a partition that was dropped, or replaced by one with the
-- rows of some projects.
CREATE TABLE activity.retention_log (
    retained_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    removed     bigint NOT NULL, -- activities that were counted and are gone
    kept        bigint NOT NULL, -- activities of projects that are kept for longer
    lower_bound date   NOT NULL,
    upper_bound date   NOT NULL,
    CONSTRAINT retention_log_pkey PRIMARY KEY (retained_at, lower_bound)
);

COMMENT ON TABLE activity.retention_log IS 'What retention removed, by partition.';

CREATE TABLE activity.upkeep (
    last_started_at timestamptz,
    last_ended_at   timestamptz,                 -- null while a run has steps to go
    last_success_at timestamptz,
    runs            bigint   NOT NULL DEFAULT 0, -- that ended, failures too
    failures        bigint   NOT NULL DEFAULT 0,
    every           interval NOT NULL,           -- not due again before; 0 is due at each run
    took            interval,
    place           smallint NOT NULL,           -- in the order of the tasks
    task            text COLLATE "C" NOT NULL,
    error           text,                        -- of the last run
    detail          jsonb,                       -- what the last run did
    CONSTRAINT upkeep_pkey PRIMARY KEY (task),
    CONSTRAINT upkeep_every_check CHECK (every >= interval '0')
);

COMMENT ON TABLE activity.upkeep IS 'How each task of the upkeep went, and how often it is due.';

INSERT INTO activity.upkeep (place, task, every) VALUES
    (1, 'partitions', '0'),
    (2, 'rollups', '0'),
    (3, 'retention', '1 hour'),
    (4, 'views', '5 minutes'),
    (5, 'statistics', '10 minutes'),
    (6, 'batches', '10 minutes');

-- Retention -----------------------------------------------------------------------

-- What the policies say of activities before a day: whether those of projects without
-- a rule have expired, and for which projects it is the other way round.
CREATE FUNCTION activity.retention_rule(before date, OUT expired boolean, OUT exceptions text[])
LANGUAGE sql STABLE SET timezone = 'UTC' SET search_path = pg_catalog, pg_temp AS $$
    SELECT general.expired, coalesce(array_agg(own.project_id) FILTER (WHERE own.expired <> general.expired), '{}')
    FROM (SELECT coalesce(before <= now() - c.keep, false) AS expired
          FROM activity.retention_class AS c
          WHERE c.class = 'default') AS general
    LEFT JOIN (SELECT p.project_id, NOT p.legal_hold AND coalesce(before <= now() - c.keep, false) AS expired
               FROM activity.project_retention AS p
               JOIN activity.retention_class AS c USING (class)) AS own ON true
    GROUP BY general.expired
$$;

-- The partitions of which something has expired, the oldest first, or one alone. What
-- they hold the counts tell: no partition is read. One that is kept for the sake of some
-- projects is due no more.
CREATE FUNCTION activity.retention_due(this regclass DEFAULT NULL)
RETURNS TABLE (partition regclass, lower_bound date, upper_bound date, expired boolean, exceptions text[])
LANGUAGE sql STABLE SET timezone = 'UTC' SET search_path = pg_catalog, pg_temp AS $$
    WITH waiting AS MATERIALIZED (
        SELECT DISTINCT (d.hour AT TIME ZONE 'UTC')::date AS day, d.project_id
        FROM activity.rollup_hour_delta AS d
    )
    SELECT p.partition, p.lower_bound, p.upper_bound, rule.expired, rule.exceptions
    FROM activity.partitions() AS p
    CROSS JOIN LATERAL activity.retention_rule(p.upper_bound) AS rule
    CROSS JOIN LATERAL (
        SELECT bool_or((c.project_id = ANY (rule.exceptions)) <> rule.expired) AS some_expired,
               bool_or((c.project_id = ANY (rule.exceptions)) = rule.expired) AS some_kept
        FROM (SELECT DISTINCT d.project_id
              FROM activity.rollup_day AS d
              WHERE d.day >= p.lower_bound AND d.day < p.upper_bound
              UNION
              SELECT w.project_id
              FROM waiting AS w
              WHERE w.day >= p.lower_bound AND w.day < p.upper_bound) AS c
    ) AS counted
    WHERE (this IS NULL OR p.partition = this)
      AND (rule.expired OR rule.exceptions <> '{}')
      AND (counted.some_expired OR rule.expired AND counted.some_kept IS NOT TRUE)
    ORDER BY p.lower_bound
$$;

-- Takes a lock, which statement asks for, in up to so many tries of lock_timeout each:
-- whoever comes after waits behind a lock that is waited for, and only for that long.
CREATE FUNCTION activity.lock_patiently(statement text, tries integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    FOR try IN 1..tries LOOP
        BEGIN
            EXECUTE statement;
            RETURN;
        EXCEPTION
            WHEN lock_not_available THEN
                IF try = tries THEN
                    RAISE;
                END IF;
        END;
        PERFORM pg_sleep(0.02 + 0.08 * random());
    END LOOP;
END
$$;

-- Makes a table like a partition with the rows of the projects that are kept; NULL when
-- there are none. Its CHECK says what the partition's bounds say, so that attaching it
-- reads no row.
CREATE FUNCTION activity.keep_rows(old regclass, lower_bound date, upper_bound date, expired boolean, exceptions text[], OUT fresh regclass, OUT kept bigint)
LANGUAGE plpgsql SET timezone = 'UTC' SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name    text := format('kept_%s_%s', to_char(lower_bound, 'YYYYMMDD'), to_char(upper_bound, 'YYYYMMDD'));
    columns text;
BEGIN
    kept := 0;
    IF expired AND exceptions = '{}' THEN
        RETURN;
    END IF;
    EXECUTE format('CREATE TABLE activity.%I (LIKE activity.activity INCLUDING ALL, CONSTRAINT bounds CHECK (occurred_at >= %L AND occurred_at < %L))',
        name, lower_bound::timestamptz, upper_bound::timestamptz);
    fresh := format('activity.%I', name)::regclass;
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
    INTO columns
    FROM pg_attribute AS a
    WHERE a.attrelid = 'activity.activity'::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
    EXECUTE format('INSERT INTO %s (%s) SELECT %2$s FROM %s WHERE project_id %s ($1)',
        fresh, columns, old, CASE WHEN expired THEN '= ANY' ELSE '<> ALL' END)
    USING exceptions;
    GET DIAGNOSTICS kept = ROW_COUNT;
    IF kept = 0 THEN
        EXECUTE format('DROP TABLE %s', fresh);
        fresh := NULL;
    END IF;
END
$$;

-- Takes the projects that have expired out of the counts of these days; returns how
-- many activities they were. The caller holds the folder's lock, and one that keeps
-- rows of these days from coming.
CREATE FUNCTION activity.forget_counts(lower_bound date, upper_bound date, expired boolean, exceptions text[]) RETURNS bigint
LANGUAGE plpgsql SET timezone = 'UTC' SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first timestamptz := lower_bound;
    after timestamptz := upper_bound;
    gone  bigint := 0;
    part  bigint;
BEGIN
    WITH forgotten AS (
        DELETE FROM activity.rollup_hour AS c
        WHERE c.hour >= first AND c.hour < after AND (c.project_id = ANY (exceptions)) <> expired
        RETURNING c.n
    )
    SELECT coalesce(sum(f.n), 0) INTO gone FROM forgotten AS f;
    WITH forgotten AS (
        DELETE FROM activity.rollup_hour_delta AS c
        WHERE c.hour >= first AND c.hour < after AND (c.project_id = ANY (exceptions)) <> expired
        RETURNING c.n
    )
    SELECT coalesce(sum(f.n), 0) INTO part FROM forgotten AS f;

    DELETE FROM activity.rollup_project_hour AS c
    WHERE c.hour >= first AND c.hour < after AND (c.project_id = ANY (exceptions)) <> expired;
    DELETE FROM activity.rollup_day AS c
    WHERE c.day >= lower_bound AND c.day < upper_bound AND (c.project_id = ANY (exceptions)) <> expired;
    DELETE FROM activity.rollup_action_day AS c
    WHERE c.day >= lower_bound AND c.day < upper_bound AND (c.project_id = ANY (exceptions)) <> expired;
    DELETE FROM activity.rollup_action_day_delta AS c
    WHERE c.day >= lower_bound AND c.day < upper_bound AND (c.project_id = ANY (exceptions)) <> expired;
    RETURN gone + part;
END
$$;

-- Locks the trail to everybody, and the partition, for the little that is left to do.
-- Whoever comes while it tries waits behind it: 50 ms at most; where writers leave no such
-- moment, twice as long after each twenty tries, up to 400 ms. A writer with a row for the partition waits for this transaction and keeps it
-- from the trail: then it gives way.
CREATE FUNCTION activity.lock_trail(old regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    FOR try IN 0..79 LOOP
        PERFORM set_config('lock_timeout', (50 << (try / 20))::text, true); -- in ms
        BEGIN
            LOCK TABLE ONLY activity.activity IN ACCESS EXCLUSIVE MODE;
            EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE NOWAIT', old);
            RETURN;
        EXCEPTION
            WHEN lock_not_available THEN
                NULL;
        END;
        PERFORM FROM pg_locks AS l WHERE l.locktype = 'relation' AND l.relation = old AND NOT l.granted;
        EXIT WHEN FOUND;
        PERFORM pg_sleep(0.01 + 0.04 * random());
    END LOOP;
    RAISE lock_not_available USING
        MESSAGE = format('there was no moment at which %s could be taken out of activity.activity', old),
        HINT = 'A long query or a row for that partition was in the way. It is tried again at the next run.';
END
$$;

-- Puts fresh, or nothing, in a partition's place. The old one stays under another name
-- for drop_retired(): removing its files takes longer than anybody should wait.
CREATE FUNCTION activity.swap_partition(old regclass, fresh regclass, lower_bound date, upper_bound date) RETURNS void
LANGUAGE plpgsql SET timezone = 'UTC' SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    name text;
BEGIN
    SELECT c.relname INTO name FROM pg_class AS c WHERE c.oid = old;
    PERFORM activity.lock_trail(old);
    EXECUTE format('ALTER TABLE activity.activity DETACH PARTITION %s', old);
    EXECUTE format('ALTER TABLE %s RENAME TO %I', old, 'retired_' || old::oid);
    IF fresh IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %s RENAME TO %I', fresh, name);
        EXECUTE format('ALTER TABLE activity.activity ATTACH PARTITION %s FOR VALUES FROM (%L) TO (%L)',
            fresh, lower_bound::timestamptz, upper_bound::timestamptz);
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT bounds', fresh);
    END IF;
END
$$;

-- One try of retain_partition.
CREATE FUNCTION activity.replace_partition(old regclass) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    due     record;
    fresh   regclass;
    kept    bigint;
    removed bigint;
BEGIN
    -- Whoever puts a project under a hold now waits until this is over: no hold that
    -- was committed is missed.
    LOCK TABLE activity.retention_class, activity.project_retention IN SHARE MODE;
    SELECT * INTO due FROM activity.retention_due(old);
    IF NOT FOUND THEN
        RETURN false;
    END IF;

    -- No row comes and none is changed from here on; readers go on.
    EXECUTE format('LOCK TABLE ONLY %s IN SHARE MODE', old);
    SELECT k.fresh, k.kept INTO fresh, kept
    FROM activity.keep_rows(old, due.lower_bound, due.upper_bound, due.expired, due.exceptions) AS k;
    PERFORM activity.lock_patiently($lock$SELECT pg_advisory_xact_lock(hashtextextended('activity.fold_rollups', 0))$lock$, 20);
    removed := activity.forget_counts(due.lower_bound, due.upper_bound, due.expired, due.exceptions);
    INSERT INTO activity.retention_log (removed, kept, lower_bound, upper_bound)
    VALUES (removed, kept, due.lower_bound, due.upper_bound);
    PERFORM activity.swap_partition(old, fresh, due.lower_bound, due.upper_bound);
    RETURN true;
END
$$;

-- Takes what has expired out of a partition: drops it from the trail, or puts a table
-- with the rows of the projects that are kept in its place, in one transaction with the
-- counts. False when nothing of it has expired: the policies decide, not the caller.
CREATE FUNCTION activity.retain_partition(partition regclass) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '50ms' AS $$
DECLARE
    give_up timestamptz := clock_timestamp() + interval '20 seconds';
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'retention needs the isolation level read committed'
            USING HINT = 'An older snapshot misses rows that came before the lock.';
    END IF;
    -- The commit that ends the wait of others doesn't wait for the disk. If a crash undoes
    -- it, nothing was lost: the old partition is dropped by a later transaction.
    PERFORM set_config('synchronous_commit', 'off', true);
    LOOP
        BEGIN
            RETURN activity.replace_partition(partition);
        EXCEPTION
            WHEN lock_not_available OR deadlock_detected THEN
                IF clock_timestamp() > give_up THEN
                    RAISE;
                END IF;
        END;
        PERFORM pg_sleep(0.1 + 0.3 * random());
    END LOOP;
END
$$;

-- Drops one table that retention has replaced; returns whether there was one.
CREATE FUNCTION activity.drop_retired() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    retired regclass;
BEGIN
    SELECT c.oid INTO retired
    FROM pg_class AS c
    WHERE c.relnamespace = 'activity'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
      AND c.relname ~ '^retired_[0-9]+$'
    LIMIT 1;
    IF retired IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('DROP TABLE %s', retired);
    RETURN true;
END
$$;

-- Takes out what has expired, up to so many partitions, in the caller's transaction;
-- returns how many. The upkeep takes a transaction for each. Days that were seen to
-- since a time are left alone: rows that come late for them would keep a run from ending.
CREATE FUNCTION activity.apply_retention(partitions integer DEFAULT 1, since timestamptz DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    due  regclass;
    done integer := 0;
BEGIN
    FOR due IN
        SELECT d.partition
        FROM activity.retention_due() AS d
        WHERE NOT EXISTS (SELECT FROM activity.retention_log AS l WHERE l.lower_bound = d.lower_bound AND l.retained_at >= since)
        LIMIT partitions
    LOOP
        IF activity.retain_partition(due) THEN
            done := done + 1;
        END IF;
    END LOOP;
    RETURN done;
END
$$;

-- Views ---------------------------------------------------------------------------

-- A member of the role activity_all_projects sees all projects, without the setting: only
-- a superuser can give another role such a setting for good, and hosted services have none.
CREATE OR REPLACE FUNCTION activity.scope_all() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(current_setting('activity.all_projects', true), '') = 'on'
        OR EXISTS (SELECT FROM pg_roles AS r WHERE r.rolname = 'activity_all_projects' AND pg_has_role(current_user, r.oid, 'USAGE'))
$$;

-- Whether the policies hold for who asks: not for the owner, nor for who has BYPASSRLS.
-- A view reads as its owner, so those below ask themselves.
CREATE FUNCTION activity.scope_open() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT activity.scope_all() OR NOT row_security_active('activity.rollup_day')
$$;

-- A materialized view has no row-level security: nobody but the owner reads this one.
CREATE MATERIALIZED VIEW activity.metrics_daily AS
SELECT day, project_id, source, status, severity, n AS total
FROM activity.rollup_day;

-- Refreshing beside readers needs it; a period of all projects.
CREATE UNIQUE INDEX metrics_daily_key ON activity.metrics_daily (day, project_id, source, status, severity);

CREATE VIEW activity.activity_metrics_daily WITH (security_barrier) AS
SELECT m.day, m.project_id, m.source, m.status, m.severity, m.total
FROM activity.metrics_daily AS m
WHERE (SELECT activity.scope_open()) OR m.project_id = ANY ((SELECT activity.scope_projects())::text[]);

COMMENT ON VIEW activity.activity_metrics_daily IS 'Activities by day (UTC), project, source, status and severity, as of the last refresh.';

-- Not materialized: a copy of so many rows takes seconds, and the counts are exact at
-- any time as they are.
CREATE VIEW activity.activity_metrics_hourly WITH (security_barrier) AS
SELECT c.hour, c.project_id, c.source, c.status, c.severity, sum(c.n)::bigint AS total
FROM (
    SELECT h.hour, h.n, h.project_id, h.source, h.status, h.severity FROM activity.rollup_hour AS h
    UNION ALL
    SELECT d.hour, d.n, d.project_id, d.source, d.status, d.severity FROM activity.rollup_hour_delta AS d
) AS c
WHERE (SELECT activity.scope_open()) OR c.project_id = ANY ((SELECT activity.scope_projects())::text[])
GROUP BY c.hour, c.project_id, c.source, c.status, c.severity;

COMMENT ON VIEW activity.activity_metrics_hourly IS 'Activities by hour (UTC), project, source, status and severity, exact at any time.';

CREATE FUNCTION activity.refresh_views() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    REFRESH MATERIALIZED VIEW CONCURRENTLY activity.metrics_daily;
END
$$;

COMMENT ON FUNCTION activity.refresh_views() IS 'Brings activity_metrics_daily up to date, beside its readers.';

-- Statistics and batches ------------------------------------------------------------

-- Analyzes the tables of which a tenth has changed, twenty at most; returns how many.
-- Autovacuum does it too, when it gets round to it: after a big load the plans are
-- wrong until then.
CREATE FUNCTION activity.refresh_statistics() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    changed regclass;
    n       integer := 0;
BEGIN
    FOR changed IN
        SELECT s.relid
        FROM pg_stat_all_tables AS s
        WHERE s.schemaname = 'activity' AND s.n_mod_since_analyze > greatest(10000, s.n_live_tup / 10)
        ORDER BY s.n_mod_since_analyze DESC
        LIMIT 20
    LOOP
        EXECUTE format('ANALYZE (SKIP_LOCKED) %s', changed);
        n := n + 1;
    END LOOP;
    RETURN n;
END
$$;

-- Removes the batches of more than a day ago: the live tail doesn't go back further.
-- The newest stays, as it tells when something was written last. A hundred thousand at
-- most; returns how many.
CREATE FUNCTION activity.trim_batches() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH trimmed AS (
        DELETE FROM activity.batch
        WHERE ctid = ANY (ARRAY(
            SELECT b.ctid
            FROM activity.batch AS b
            WHERE b.ingested_at < now() - interval '1 day'
              AND b.ingested_at < (SELECT n.ingested_at
                                   FROM activity.batch AS n
                                   WHERE n.xid < pg_snapshot_xmax(pg_current_snapshot())
                                   ORDER BY n.xid DESC
                                   LIMIT 1)
            LIMIT 100000))
        RETURNING 1
    )
    SELECT count(*) FROM trimmed
$$;

-- The tasks -------------------------------------------------------------------------

-- What a task does in one transaction, and whether there is more to do.
CREATE FUNCTION activity.upkeep_work(task text, OUT more boolean, OUT detail jsonb)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    since timestamptz; -- when the run began, from its second step on
BEGIN
    more := false;
    CASE task
    WHEN 'partitions' THEN
        detail := jsonb_build_object('made', activity.ensure_partitions_ahead());
    WHEN 'rollups' THEN
        detail := jsonb_build_object('folded', activity.fold_rollups());
    WHEN 'retention' THEN
        SELECT u.last_started_at INTO since FROM activity.upkeep AS u WHERE u.task = 'retention' AND u.last_ended_at IS NULL;
        more := activity.drop_retired() OR activity.apply_retention(1, since) > 0;
        SELECT jsonb_build_object('partitions', count(*), 'removed', coalesce(sum(l.removed), 0), 'kept', coalesce(sum(l.kept), 0))
        INTO detail
        FROM activity.retention_log AS l
        WHERE l.retained_at >= since;
    WHEN 'views' THEN
        PERFORM activity.refresh_views();
    WHEN 'statistics' THEN
        detail := jsonb_build_object('analyzed', activity.refresh_statistics());
    WHEN 'batches' THEN
        detail := jsonb_build_object('trimmed', activity.trim_batches());
    END CASE;
END
$$;

-- Notes how a step went. The steps of one run count as one.
CREATE FUNCTION activity.note_upkeep(task text, started timestamptz, outcome text, error text, detail jsonb) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE activity.upkeep AS u
    SET last_started_at = CASE WHEN u.last_ended_at IS NULL THEN coalesce(u.last_started_at, started) ELSE started END,
        took = CASE WHEN u.last_ended_at IS NULL THEN coalesce(u.took, '0') ELSE '0' END + (clock_timestamp() - started),
        last_ended_at = CASE WHEN note_upkeep.outcome <> 'more' THEN clock_timestamp() END,
        last_success_at = CASE WHEN note_upkeep.outcome = 'done' THEN clock_timestamp() ELSE u.last_success_at END,
        runs = u.runs + CASE WHEN note_upkeep.outcome = 'more' THEN 0 ELSE 1 END,
        failures = u.failures + CASE WHEN note_upkeep.outcome = 'failed' THEN 1 ELSE 0 END,
        error = note_upkeep.error,
        detail = note_upkeep.detail
    WHERE u.task = note_upkeep.task
$$;

-- upkeep_step with the caller's rights.
CREATE FUNCTION activity.try_upkeep(task text, force boolean,
    OUT outcome text, OUT took interval, OUT detail jsonb, OUT error text, OUT code text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    started timestamptz := clock_timestamp();
    due     boolean;
    more    boolean;
BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtextextended('activity.upkeep ' || task, 0)) THEN
        outcome := 'busy';
        RETURN;
    END IF;
    -- Locked before the work: at its end others may wait for what it has locked.
    SELECT force OR u.last_ended_at IS NULL OR u.error IS NOT NULL OR u.last_success_at + u.every <= started
    INTO due
    FROM activity.upkeep AS u
    WHERE u.task = try_upkeep.task
    FOR UPDATE;
    IF due IS NULL THEN
        RAISE EXCEPTION 'there is no task "%"', task USING ERRCODE = 'invalid_parameter_value';
    ELSIF NOT due THEN
        outcome := 'idle';
        RETURN;
    END IF;

    BEGIN
        SELECT w.more, w.detail INTO more, detail FROM activity.upkeep_work(task) AS w;
        outcome := CASE WHEN more THEN 'more' ELSE 'done' END;
    EXCEPTION
        WHEN others OR query_canceled THEN
            outcome := 'failed';
            error := SQLERRM;
            code := SQLSTATE;
    END;
    PERFORM activity.note_upkeep(task, started, outcome, error, detail);
    took := clock_timestamp() - started;
END
$$;

-- Does one step of a task, in the caller's transaction, and notes how it went. outcome:
--   done    the run has ended       more    call it again, in a new transaction
--   failed  error and code say why  idle    not due, and not forced
--   busy    another session does it
-- An error undoes the step and nothing else. One session at a time does a task.
CREATE FUNCTION activity.upkeep_step(task text, force boolean DEFAULT true,
    OUT outcome text, OUT took interval, OUT detail jsonb, OUT error text, OUT code text, OUT since_success interval)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '10s' AS $$
BEGIN
    SELECT * INTO outcome, took, detail, error, code FROM activity.try_upkeep(task, force);
    SELECT clock_timestamp() - u.last_success_at INTO since_success FROM activity.upkeep AS u WHERE u.task = upkeep_step.task;
END
$$;

-- Does these tasks, or all that are due, a transaction for each step: what pg_cron calls.
-- An error doesn't keep the tasks behind it from being done.
CREATE PROCEDURE activity.maintain(tasks text[] DEFAULT NULL)
LANGUAGE plpgsql AS $$
DECLARE
    wanted text[] := tasks;
    task   text;
    step   record;
    failed text[] := '{}';
BEGIN
    IF wanted IS NULL THEN
        SELECT pg_catalog.array_agg(u.task ORDER BY u.place) INTO wanted FROM activity.upkeep AS u;
    END IF;
    FOREACH task IN ARRAY wanted LOOP
        LOOP
            SELECT * INTO step FROM activity.upkeep_step(task, tasks IS NOT NULL);
            COMMIT;
            EXIT WHEN step.outcome <> 'more';
        END LOOP;
        IF step.outcome = 'failed' THEN
            failed := failed || pg_catalog.format('%s: %s', task, step.error);
            EXIT WHEN step.code = '57014'; -- somebody wants this to end
        END IF;
    END LOOP;
    IF failed <> '{}' THEN
        RAISE EXCEPTION '%', pg_catalog.array_to_string(failed, '; ');
    END IF;
END
$$;

COMMENT ON PROCEDURE activity.maintain(text[]) IS 'Does the tasks of the upkeep, or all that are due. CALL activity.maintain(); CALL activity.maintain(ARRAY[''retention'']).';

-- Questions -----------------------------------------------------------------------
-- As who asks: row-level security holds in all of them. Without a SET, so that the
-- planner sees the statement itself.

CREATE FUNCTION activity.recent_activities(project text DEFAULT NULL, n integer DEFAULT 50, before timestamptz DEFAULT NULL)
RETURNS SETOF activity.activity
LANGUAGE sql STABLE AS $$
    SELECT a.*
    FROM activity.activity AS a
    WHERE (project IS NULL OR a.project_id = project)
      AND a.occurred_at < coalesce(before, 'infinity')
    ORDER BY a.occurred_at DESC, a.id DESC
    LIMIT n
$$;

COMMENT ON FUNCTION activity.recent_activities(text, integer, timestamptz) IS 'The newest activities of a project (NULL: of all), before a time.';

CREATE FUNCTION activity.entity_timeline(entity_type text, entity_id text, n integer DEFAULT 50, before timestamptz DEFAULT NULL)
RETURNS SETOF activity.activity
LANGUAGE sql STABLE AS $$
    SELECT a.*
    FROM activity.activity AS a
    WHERE a.entity_type = entity_timeline.entity_type
      AND a.entity_id = entity_timeline.entity_id
      AND a.occurred_at < coalesce(before, 'infinity')
    ORDER BY a.occurred_at DESC, a.id DESC
    LIMIT n
$$;

COMMENT ON FUNCTION activity.entity_timeline(text, text, integer, timestamptz) IS 'What happened to an entity, the newest first, before a time.';

CREATE FUNCTION activity.actor_timeline(actor_id text, n integer DEFAULT 50, before timestamptz DEFAULT NULL)
RETURNS SETOF activity.activity
LANGUAGE sql STABLE AS $$
    SELECT a.*
    FROM activity.activity AS a
    WHERE a.actor_id = actor_timeline.actor_id
      AND a.occurred_at < coalesce(before, 'infinity')
    ORDER BY a.occurred_at DESC, a.id DESC
    LIMIT n
$$;

COMMENT ON FUNCTION activity.actor_timeline(text, integer, timestamptz) IS 'What an actor did, the newest first, before a time.';

-- Whole days in UTC, as they are counted.
CREATE FUNCTION activity.top_actions(project text DEFAULT NULL, from_time timestamptz DEFAULT now() - interval '30 days', to_time timestamptz DEFAULT now(), n integer DEFAULT 10)
RETURNS TABLE (action text, total bigint, failures bigint)
LANGUAGE sql STABLE AS $$
    SELECT c.action, sum(c.n)::bigint, coalesce(sum(c.n) FILTER (WHERE c.status = 'failure'), 0)::bigint
    FROM (
        SELECT t.action, t.status, t.n
        FROM activity.rollup_action_day AS t
        WHERE t.day >= (from_time AT TIME ZONE 'UTC')::date
          AND t.day < to_time AT TIME ZONE 'UTC'
          AND (project IS NULL OR t.project_id = project)
        UNION ALL
        SELECT d.action, d.status, d.n
        FROM activity.rollup_action_day_delta AS d
        WHERE d.day >= (from_time AT TIME ZONE 'UTC')::date
          AND d.day < to_time AT TIME ZONE 'UTC'
          AND (project IS NULL OR d.project_id = project)
    ) AS c
    GROUP BY c.action
    ORDER BY 2 DESC, 1
    LIMIT top_actions.n
$$;

COMMENT ON FUNCTION activity.top_actions(text, timestamptz, timestamptz, integer) IS 'The most frequent actions of a project (NULL: of all) in the days (UTC) of a period.';

-- Whole hours in UTC, as they are counted.
CREATE FUNCTION activity.failure_rate(project text DEFAULT NULL, from_time timestamptz DEFAULT now() - interval '24 hours', to_time timestamptz DEFAULT now(), bucket text DEFAULT 'hour')
RETURNS TABLE (start timestamptz, total bigint, failures bigint, rate double precision)
LANGUAGE sql STABLE AS $$
    SELECT b.start, b.total, b.failures, b.failures::double precision / b.total
    FROM (
        SELECT date_trunc(bucket, c.hour AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS start,
               sum(c.n)::bigint AS total,
               coalesce(sum(c.n) FILTER (WHERE c.status = 'failure'), 0)::bigint AS failures
        FROM (
            SELECT h.hour, h.status, h.n
            FROM activity.rollup_hour AS h
            WHERE h.hour >= date_trunc('hour', from_time)
              AND h.hour < to_time
              AND (project IS NULL OR h.project_id = project)
            UNION ALL
            SELECT d.hour, d.status, d.n
            FROM activity.rollup_hour_delta AS d
            WHERE d.hour >= date_trunc('hour', from_time)
              AND d.hour < to_time
              AND (project IS NULL OR d.project_id = project)
        ) AS c
        GROUP BY 1
    ) AS b
    ORDER BY b.start
$$;

COMMENT ON FUNCTION activity.failure_rate(text, timestamptz, timestamptz, text) IS 'Activities, failures and their rate by hour or day (UTC) of a project (NULL: of all). bucket: hour, day, week, month.';

-- Where the counts say something else than the rows, in the days (UTC) of a period. All
-- the rows of the period are read. A project of which a day has actions under (other)
-- is held against their sum.
CREATE FUNCTION activity.rollup_drift(from_time timestamptz, to_time timestamptz)
RETURNS TABLE (rollup text, start timestamptz, project_id text, source text, status text, severity text, action text, kept bigint, counted bigint)
LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
    WITH period AS (
        SELECT (from_time AT TIME ZONE 'UTC')::date AS first, (to_time AT TIME ZONE 'UTC' + interval '1 day' - interval '1 microsecond')::date AS after
    ), counted AS MATERIALIZED (
        SELECT date_trunc('hour', a.occurred_at) AS hour, a.project_id, a.source, a.status, a.severity, a.action, count(*) AS n
        FROM activity.activity AS a
        WHERE a.occurred_at >= (SELECT p.first FROM period AS p)
          AND a.occurred_at < (SELECT p.after FROM period AS p)
        GROUP BY 1, 2, 3, 4, 5, 6
    ), folded_hours AS (
        SELECT h.* FROM activity.rollup_hour AS h, period AS p WHERE h.hour >= p.first AND h.hour < p.after
    ), waiting_hours AS (
        SELECT d.* FROM activity.rollup_hour_delta AS d, period AS p WHERE d.hour >= p.first AND d.hour < p.after
    ), actions AS (
        SELECT t.day, t.project_id, t.action, t.status, t.n
        FROM activity.rollup_action_day AS t, period AS p
        WHERE t.day >= p.first AND t.day < p.after
        UNION ALL
        SELECT d.day, d.project_id, d.action, d.status, d.n
        FROM activity.rollup_action_day_delta AS d, period AS p
        WHERE d.day >= p.first AND d.day < p.after
    ), lumped AS (
        SELECT DISTINCT a.day, a.project_id FROM actions AS a WHERE a.action = '(other)'
    ), compared AS (
        SELECT 'rollup_hour' AS rollup, hour AS start, project_id, source, status, severity, NULL AS action, n AS kept, 0 AS counted FROM folded_hours
        UNION ALL
        SELECT 'rollup_hour', hour, project_id, source, status, severity, NULL, n, 0 FROM waiting_hours
        UNION ALL
        SELECT 'rollup_hour', hour, project_id, source, status, severity, NULL, 0, n FROM counted
        UNION ALL
        -- The coarse ones are held against the folded hours, from which they are made.
        SELECT 'rollup_day', d.day, d.project_id, d.source, d.status, d.severity, NULL, d.n, 0
        FROM activity.rollup_day AS d, period AS p WHERE d.day >= p.first AND d.day < p.after
        UNION ALL
        SELECT 'rollup_day', date_trunc('day', hour), project_id, source, status, severity, NULL, 0, n FROM folded_hours
        UNION ALL
        SELECT 'rollup_project_hour', h.hour, h.project_id, NULL, NULL, NULL, NULL, h.n, 0
        FROM activity.rollup_project_hour AS h, period AS p WHERE h.hour >= p.first AND h.hour < p.after
        UNION ALL
        SELECT 'rollup_project_hour', hour, project_id, NULL, NULL, NULL, NULL, 0, n FROM folded_hours
        UNION ALL
        SELECT 'rollup_action_day', a.day, a.project_id, NULL, a.status, NULL, CASE WHEN l.day IS NULL THEN a.action END, a.n, 0
        FROM actions AS a LEFT JOIN lumped AS l USING (day, project_id)
        UNION ALL
        SELECT 'rollup_action_day', c.hour::date, c.project_id, NULL, c.status, NULL, CASE WHEN l.day IS NULL THEN c.action END, 0, c.n
        FROM counted AS c LEFT JOIN lumped AS l ON l.day = c.hour::date AND l.project_id = c.project_id
    )
    SELECT rollup, start, project_id, source, status, severity, action, sum(kept)::bigint, sum(counted)::bigint
    FROM compared
    GROUP BY rollup, start, project_id, source, status, severity, action
    HAVING sum(kept) <> sum(counted)
    ORDER BY 1, 2, 3, 4, 5, 6, 7
$$;

COMMENT ON FUNCTION activity.rollup_drift(timestamptz, timestamptz) IS 'Where the counts differ from a recount of the rows; nothing when all is well.';

-- Monitoring ------------------------------------------------------------------------

-- The statements on this schema, from pg_stat_statements; nothing where it isn't there.
CREATE FUNCTION activity.query_performance()
RETURNS TABLE (query text, calls bigint, total_ms double precision, mean_ms double precision, max_ms double precision, stddev_ms double precision, rows bigint, cache_hit_ratio double precision)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place text;
BEGIN
    SELECT format('%I.pg_stat_statements', n.nspname)
    INTO place
    FROM pg_extension AS e
    JOIN pg_namespace AS n ON n.oid = e.extnamespace
    WHERE e.extname = 'pg_stat_statements';
    IF place IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($statement$
        SELECT s.query, s.calls, s.total_exec_time, s.mean_exec_time, s.max_exec_time, s.stddev_exec_time, s.rows,
               s.shared_blks_hit::double precision / nullif(s.shared_blks_hit + s.shared_blks_read, 0)
        FROM %s AS s
        WHERE s.dbid = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
          AND s.query ~ '\mactivity\.'
        ORDER BY s.total_exec_time DESC
    $statement$, place);
EXCEPTION
    WHEN object_not_in_prerequisite_state THEN -- made, but not in shared_preload_libraries
        RETURN;
END
$$;

CREATE VIEW activity.activity_query_performance AS
SELECT * FROM activity.query_performance();

COMMENT ON VIEW activity.activity_query_performance IS 'How long the statements on the schema take, by total time; needs pg_stat_statements, and pg_read_all_stats to see those of others.';

-- The indexes of partitions count as the one of the trail.
CREATE VIEW activity.activity_index_usage AS
SELECT
    coalesce(parent.relname, s.relname) AS table_name,
    coalesce(whole.relname, s.indexrelname) AS index_name,
    count(*) AS parts,
    sum(s.idx_scan)::bigint AS idx_scan,
    sum(s.idx_tup_read)::bigint AS idx_tup_read,
    sum(s.idx_tup_fetch)::bigint AS idx_tup_fetch,
    sum(pg_relation_size(s.indexrelid))::bigint AS bytes
FROM pg_stat_all_indexes AS s
LEFT JOIN pg_inherits AS i ON i.inhrelid = s.indexrelid
LEFT JOIN pg_class AS whole ON whole.oid = i.inhparent
LEFT JOIN pg_index AS x ON x.indexrelid = i.inhparent
LEFT JOIN pg_class AS parent ON parent.oid = x.indrelid
WHERE s.schemaname = 'activity'
GROUP BY 1, 2;

COMMENT ON VIEW activity.activity_index_usage IS 'How often each index was read since statistics were reset, and its size.';

CREATE VIEW activity.activity_partition_sizes AS
SELECT
    p.lower_bound,
    p.upper_bound,
    p.partition::text AS partition_name,
    greatest(s.n_live_tup, c.reltuples::bigint, 0) AS rows_estimate,
    pg_table_size(c.oid) AS table_bytes,
    pg_indexes_size(c.oid) AS index_bytes,
    s.n_mod_since_analyze AS changed_since_analyze,
    greatest(s.last_analyze, s.last_autoanalyze) AS analyzed_at
FROM activity.partitions() AS p
JOIN pg_class AS c ON c.oid = p.partition
LEFT JOIN pg_stat_all_tables AS s ON s.relid = c.oid;

COMMENT ON VIEW activity.activity_partition_sizes IS 'The partitions of the trail, their sizes, and how fresh their statistics are.';

-- One row, whose parts are bounded.
CREATE VIEW activity.activity_freshness AS
SELECT
    (SELECT b.ingested_at
     FROM activity.batch AS b
     WHERE b.xid < pg_snapshot_xmax(pg_current_snapshot())
     ORDER BY b.xid DESC
     LIMIT 1) AS last_ingested_at,
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY newest.lag)
     FROM (SELECT a.ingested_at - a.observed_at AS lag
           FROM activity.activity AS a
           WHERE a.occurred_at > now() - interval '1 day'
           ORDER BY a.occurred_at DESC, a.id DESC
           LIMIT 100) AS newest) AS ingest_lag,
    (SELECT count(*) FROM (SELECT FROM activity.rejected LIMIT 1000000) AS letter) AS rejected,
    (SELECT count(*) FROM (SELECT FROM activity.rollup_hour_delta LIMIT 100000) AS delta) AS counts_waiting,
    (SELECT u.last_success_at FROM activity.upkeep AS u WHERE u.task = 'rollups') AS counts_folded_at,
    (SELECT u.last_success_at FROM activity.upkeep AS u WHERE u.task = 'views') AS views_refreshed_at,
    (SELECT min(p.lower_bound) FROM activity.partitions() AS p) AS first_day,
    (SELECT max(p.upper_bound) FROM activity.partitions() AS p) AS partitions_until,
    (SELECT count(*) FROM activity.upkeep AS u WHERE u.error IS NOT NULL) AS failing_tasks;

COMMENT ON VIEW activity.activity_freshness IS 'How far behind the trail, its counts and its views are.';

-- Not the materialized view, which has no policies, nor what tells of all projects.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'activity_reader') THEN
        GRANT SELECT ON activity.activity_metrics_daily, activity.activity_metrics_hourly TO activity_reader;
    END IF;
END
$$;
