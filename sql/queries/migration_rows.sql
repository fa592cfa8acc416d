-- Activities of resources within a time, with all that is compared, and the audit row that
-- each was made of.
SELECT
    /* columns */,
    COALESCE(a.entity_type, ''),
    COALESCE(a.attributes ->> 'activity.migration.source', ''),
    COALESCE(a.attributes ->> 'activity.migration.key', '')
FROM activity.activity AS a
WHERE a.resource_id = ANY ($1)
  AND a.occurred_at >= $2
  AND a.occurred_at < $3
