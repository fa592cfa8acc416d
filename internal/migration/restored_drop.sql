-- Nothing is left to put back.
DROP SCHEMA IF EXISTS activity_migration CASCADE
