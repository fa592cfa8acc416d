-- Tables whose policies are not enforced.
SELECT DISTINCT format('activity.%I', c.relname)
FROM pg_policy AS p
JOIN pg_class AS c ON c.oid = p.polrelid
WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'activity')
  AND NOT c.relrowsecurity
ORDER BY 1
