-- Partitions: days near now, months for the three years before, years beyond.
-- There is no DEFAULT partition: even an empty one turns the ordered Append of a
-- newest-first list into a MergeAppend over all partitions.

-- The bounds of the partitions that are attached, as UTC days.

CREATE FUNCTION activity.partitions() RETURNS TABLE (partition regclass, lower_bound date, upper_bound date)
LANGUAGE sql STABLE SET timezone = 'UTC' SET datestyle = 'ISO' SET search_path = pg_catalog, pg_temp AS $$
    SELECT child.oid::regclass, (bound.part[1])::timestamptz::date, (bound.part[2])::timestamptz::date
    FROM pg_inherits AS link
    JOIN pg_class AS child ON child.oid = link.inhrelid
    CROSS JOIN LATERAL regexp_match(
        pg_get_expr(child.relpartbound, child.oid), 'FROM \(''([^'']+)''\) TO \(''([^'']+)''\)') AS bound (part)
    WHERE link.inhparent = 'activity.activity'::regclass AND bound.part IS NOT NULL
    ORDER BY 2
$$;

-- Makes the partition that takes the UTC day at, if there is none. The width
-- follows the age; where neighbours are in the way, the range is cut to the gap
-- between them.
--
-- CREATE and then ATTACH, not PARTITION OF: that would lock out every reader and
-- writer of the trail for as long as the slowest of them takes.
CREATE FUNCTION activity.ensure_partition(at date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET timezone = 'UTC' SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    today     date := (now() AT TIME ZONE 'UTC')::date;
    first_day date;
    end_day   date; -- the first day after the partition
    name      text;
BEGIN
    PERFORM FROM activity.partitions() AS p WHERE p.lower_bound <= at AND at < p.upper_bound;
    IF FOUND THEN
        RETURN false;
    END IF;

    PERFORM pg_advisory_xact_lock(hashtextextended('activity.ensure_partition', 0));
    PERFORM FROM activity.partitions() AS p WHERE p.lower_bound <= at AND at < p.upper_bound;
    IF FOUND THEN
        RETURN false; -- made while this session waited for the lock
    END IF;

    IF at >= today - 31 THEN
        first_day := at;
        end_day := at + 1;
    ELSIF at >= date_trunc('month', today - interval '3 years') THEN
        first_day := date_trunc('month', at);
        end_day := first_day + interval '1 month';
    ELSE
        first_day := date_trunc('year', at);
        end_day := first_day + interval '1 year';
    END IF;

    SELECT greatest(first_day, max(p.upper_bound) FILTER (WHERE p.upper_bound <= at)),
           least(end_day, min(p.lower_bound) FILTER (WHERE p.lower_bound > at))
    INTO first_day, end_day
    FROM activity.partitions() AS p;

    name := format('activity_%s_%s', to_char(first_day, 'YYYYMMDD'), to_char(end_day, 'YYYYMMDD'));
    EXECUTE format('CREATE TABLE activity.%I (LIKE activity.activity INCLUDING ALL)', name);
    EXECUTE format('ALTER TABLE activity.activity ATTACH PARTITION activity.%I FOR VALUES FROM (%L) TO (%L)',
        name, first_day::timestamptz, end_day::timestamptz);
    RETURN true;
END
$$;

-- Makes what is missing for these days; returns how many partitions it made.
-- The newest missing day is looked up again after each partition, so that the
-- cost follows the partitions made and not the days asked for.
CREATE FUNCTION activity.ensure_partitions(days date[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made    integer := 0;
    missing date;
BEGIN
    LOOP
        WITH covered AS MATERIALIZED (
            SELECT coalesce(range_agg(daterange(lower_bound, upper_bound)), '{}') AS days
            FROM activity.partitions()
        )
        SELECT max(wanted.day)
        INTO missing
        FROM unnest(days) AS wanted (day)
        CROSS JOIN covered
        WHERE NOT wanted.day <@ covered.days;

        EXIT WHEN missing IS NULL;
        IF activity.ensure_partition(missing) THEN
            made := made + 1;
        END IF;
    END LOOP;
    RETURN made;
END
$$;

-- Makes the partitions of the days from yesterday to ahead days from now.
CREATE FUNCTION activity.ensure_partitions_ahead(ahead integer DEFAULT 7) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET timezone = 'UTC' SET search_path = pg_catalog, pg_temp AS $$
    SELECT activity.ensure_partitions(array_agg(day::date))
    FROM generate_series(current_date - 1, current_date + ahead, interval '1 day') AS day
$$;
