-- Buckets of whole hours or days, aligned to 1970-01-01 UTC.
SELECT date_bin($5, a.hour, 'epoch') AS start, /* value */, sum(a.n)::bigint
FROM (
    /* counts */
) AS a
WHERE true
  /* filter */
GROUP BY 1, 2
