-- Whether the role may read what tells this cluster from every other.
SELECT has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
