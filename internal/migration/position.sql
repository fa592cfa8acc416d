-- Where the log is now: behind all that was committed before.
SELECT pg_catalog.pg_current_wal_insert_lsn()::text
