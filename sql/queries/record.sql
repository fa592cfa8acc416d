-- One activity with its resource, looked for from $1 to before $2: an id alone
-- would have every partition searched.
SELECT
    /* columns */,
    r.resource_id,
    r.schema_url,
    r.scope_name,
    r.scope_version,
    r.scope_schema_url,
    r.attributes,
    r.scope_attributes
FROM activity.activity AS a
LEFT JOIN activity.resource AS r ON r.resource_id = a.resource_id
WHERE a.occurred_at >= $1
  AND a.occurred_at < $2
  AND a.id = $3
ORDER BY a.occurred_at DESC
LIMIT 1
