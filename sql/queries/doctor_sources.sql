-- How long after their observation the newest activities of each service were
-- written, at least: less than nothing where the service's clock is ahead.
SELECT
    coalesce(newest.service_name, ''),
    min(extract(epoch FROM newest.ingested_at - newest.observed_at))::double precision AS lag
FROM (SELECT a.service_name, a.ingested_at, a.observed_at
      FROM activity.activity AS a
      WHERE a.occurred_at > now() - interval '1 day'
        AND a.observed_at IS NOT NULL
      ORDER BY a.occurred_at DESC, a.id DESC
      LIMIT 10000) AS newest
GROUP BY newest.service_name
ORDER BY lag, newest.service_name
