SELECT max(t./* key */)::bigint
FROM /* table */ AS t
