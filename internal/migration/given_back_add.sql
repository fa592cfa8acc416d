-- Until where the audit rows of a table go that is being given back: whoever writes to it
-- waits. When it is given back once more, the first time counts.
INSERT INTO activity_migration.given_back (migration_id, table_name, last_key)
SELECT $1, $2, COALESCE(max(t./* key */), 0) FROM /* table */ AS t
ON CONFLICT ON CONSTRAINT given_back_pkey DO NOTHING
