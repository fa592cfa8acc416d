-- Whole hours only, see counts.sql.
SELECT /* value */, sum(a.n)::bigint AS n
FROM (
    /* counts */
) AS a
WHERE true
  /* filter */
GROUP BY 1
ORDER BY n DESC, 1
