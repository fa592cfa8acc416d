-- The keys of an audit table.
SELECT min(t./* key */)::bigint, max(t./* key */)::bigint FROM /* table */ AS t
