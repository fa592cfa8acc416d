-- What the batch adds to the counts by hour.
INSERT INTO activity.rollup_hour_delta (hour, n, project_id, source, status, severity)
SELECT *
FROM unnest($1::timestamptz[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[])
