SELECT pg_catalog.pg_logical_emit_message(true, 'activity.record', $1::text)
