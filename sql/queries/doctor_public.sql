-- What everybody may do in the schema, functions apart: they need USAGE of it.
SELECT g.object, string_agg(DISTINCT g.privilege, ', ' ORDER BY g.privilege)
FROM (
    SELECT 'schema activity' AS object, a.privilege_type AS privilege, a.grantee
    FROM pg_namespace AS n
    CROSS JOIN LATERAL aclexplode(n.nspacl) AS a
    WHERE n.nspname = 'activity'
    UNION ALL
    SELECT format('activity.%I', c.relname), a.privilege_type, a.grantee
    FROM pg_class AS c
    CROSS JOIN LATERAL aclexplode(c.relacl) AS a
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'activity')
    UNION ALL
    SELECT format('activity.%I', c.relname), a.privilege_type, a.grantee
    FROM pg_class AS c
    JOIN pg_attribute AS t ON t.attrelid = c.oid
    CROSS JOIN LATERAL aclexplode(t.attacl) AS a
    WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'activity')
) AS g
WHERE g.grantee = 0
GROUP BY g.object
ORDER BY g.object
