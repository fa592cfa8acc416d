-- The dictionary's entries that this writer hasn't seen in the table yet.
INSERT INTO activity.resource (
    resource_id, schema_url, scope_name, scope_version, scope_schema_url, attributes, scope_attributes)
SELECT *
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::jsonb[])
ON CONFLICT ON CONSTRAINT resource_pkey DO NOTHING
