-- Rows with their event and transaction.
SELECT
    t.id,
    t.audit_id,
    t.old_data,
    t.new_data,
    e.table_operation,
    e.schema_name,
    e.table_name,
    e.stmt_time,
    x.txid,
    x.user_name,
    x.client_name,
    x.client_port,
    x.application_name
FROM /* table */ AS t
LEFT JOIN /* schema */.table_event_log AS e ON e.event_key = t.event_key
LEFT JOIN /* schema */.transaction_log AS x ON x.id = e.transaction_id
WHERE t./* key */ > $1::bigint AND t./* key */ <= $2::bigint
    /* since */
ORDER BY t./* key */
LIMIT $3::bigint
