-- What retention took out of the partition that had the hour $1, if it took anything.
SELECT
    l.lower_bound::timestamp AT TIME ZONE 'UTC' AS from_time,
    l.upper_bound::timestamp AT TIME ZONE 'UTC' AS to_time,
    sum(l.removed)::bigint AS removed
FROM activity.retention_log AS l
WHERE l.lower_bound <= ($1::timestamptz AT TIME ZONE 'UTC')::date
  AND l.upper_bound > ($1::timestamptz AT TIME ZONE 'UTC')::date
  AND l.removed > 0
GROUP BY l.lower_bound, l.upper_bound
ORDER BY l.lower_bound DESC, l.upper_bound
LIMIT 1
