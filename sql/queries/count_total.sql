-- The kept counts of whole hours.
SELECT coalesce(sum(a.n), 0)::bigint
FROM (
    /* counts */
) AS a
WHERE true
  /* filter */
