-- What tells this cluster from every other. EXECUTE may have been revoked.
SELECT system_identifier FROM pg_control_system()
