-- What the batch adds to the counts by day and action.
INSERT INTO activity.rollup_action_day_delta (n, day, project_id, action, status)
SELECT *
FROM unnest($1::bigint[], $2::date[], $3::text[], $4::text[], $5::text[])
