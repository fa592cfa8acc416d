\set actor random(0, 50)
BEGIN;
SELECT truth.act(:actor);
TRUNCATE scratch;
INSERT INTO scratch SELECT generate_series(1, 5);
COMMIT;
