-- The kept counts: of the hours from $1 to before $2, of the days from $2 to before
-- $3, of the hours from $3 to before $4, and of all these what isn't folded yet.
-- The hour of a day is its first. From the tables and not from the view, which
-- would read as its owner and pass by the row-level security.
SELECT h.hour, h.n, h.project_id, h.source, h.status, h.severity
FROM activity.rollup_hour AS h
WHERE h.hour >= $1
  AND h.hour < $2
UNION ALL
SELECT d.day::timestamp AT TIME ZONE 'UTC', d.n, d.project_id, d.source, d.status, d.severity
FROM activity.rollup_day AS d
WHERE d.day >= ($2::timestamptz AT TIME ZONE 'UTC')::date
  AND d.day < ($3::timestamptz AT TIME ZONE 'UTC')::date
UNION ALL
SELECT h.hour, h.n, h.project_id, h.source, h.status, h.severity
FROM activity.rollup_hour AS h
WHERE h.hour >= $3
  AND h.hour < $4
UNION ALL
SELECT u.hour, u.n, u.project_id, u.source, u.status, u.severity
FROM activity.rollup_hour_delta AS u
WHERE u.hour >= $1
  AND u.hour < $4
