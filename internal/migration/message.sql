-- Says to the reader of the log what this transaction is.
SELECT pg_catalog.pg_logical_emit_message(true, $1, $2)
