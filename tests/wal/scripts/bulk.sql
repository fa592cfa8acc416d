-- Many rows of one transaction, several of them at one place in the WAL. The lock
-- keeps two of these from waiting for each other's rows.
\set page random(1, 100)
\set actor random(1, 50)
BEGIN;
SELECT pg_advisory_xact_lock(1);
SELECT truth.act(:actor);
COPY visit (page) FROM ':folder/visits.copy';
UPDATE visit SET page = page + 1 WHERE page = :page;
DELETE FROM visit WHERE page > :page AND page < :page + 3;
COMMIT;
