-- Roles that were granted to read partitions, which have no policies, and that the
-- policies of activity.activity hold for.
SELECT coalesce(r.rolname::text, 'PUBLIC'), count(DISTINCT c.oid)
FROM pg_inherits AS i
JOIN pg_class AS c ON c.oid = i.inhrelid
CROSS JOIN LATERAL aclexplode(c.relacl) AS a
LEFT JOIN pg_roles AS r ON r.oid = a.grantee
WHERE i.inhparent = 'activity.activity'::regclass
  AND a.privilege_type = 'SELECT'
  AND (a.grantee = 0
       OR NOT r.rolsuper AND NOT r.rolbypassrls AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER'))
GROUP BY 1
ORDER BY 1
