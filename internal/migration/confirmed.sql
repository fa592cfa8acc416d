-- Whether the receiver has passed on everything up to a place.
SELECT COALESCE((SELECT s.confirmed_flush_lsn >= $2::text::pg_lsn FROM pg_catalog.pg_replication_slots AS s WHERE s.slot_name = $1), false)
