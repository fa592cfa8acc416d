-- Buckets of any width, aligned to 1970-01-01 UTC, from the rows themselves.
SELECT date_bin($3, a.occurred_at, 'epoch') AS start, /* value */, count(*)
FROM activity.activity AS a
WHERE a.occurred_at >= $1
  AND a.occurred_at < $2
  /* filter */
GROUP BY 1, 2
