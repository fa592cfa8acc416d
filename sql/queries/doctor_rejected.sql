-- Dead letters, bounded, and for how long the first of them has waited.
SELECT
    (SELECT count(*) FROM (SELECT FROM activity.rejected LIMIT 1000000) AS letter),
    coalesce((SELECT extract(epoch FROM now() - min(r.rejected_at)) FROM activity.rejected AS r), 0)::double precision
