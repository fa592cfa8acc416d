-- Whether this session is the one that carries out the migrations of a database.
SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('activity migration ' || $1, 0))
