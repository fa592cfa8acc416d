SELECT pg_catalog.pg_logical_emit_message(true, 'activity.context', $1::text)
