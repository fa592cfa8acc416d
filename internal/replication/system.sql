-- What tells this cluster from every other.
SELECT system_identifier FROM pg_control_system()
