-- Which of some tables a role may not publish, because it neither is nor inherits from
-- their owner.
SELECT c.oid, pg_get_userbyid(c.relowner)::text
FROM unnest($2::bigint[]) AS wanted (id)
JOIN pg_class AS c ON c.oid = wanted.id::oid
WHERE NOT pg_has_role($1::name, c.relowner, 'USAGE')
