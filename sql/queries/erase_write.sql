-- Takes the actor out of rows, and their texts and documents when $6 is set. What is
-- left of them are the digests; a row that had none gets none.
UPDATE activity.activity AS a
SET actor_id = NULL,
    actor_name = NULL,
    on_behalf_of = NULL,
    client_address = NULL,
    entity_name = CASE WHEN $6 THEN NULL ELSE a.entity_name END,
    details = CASE WHEN $6 THEN NULL ELSE a.details END,
    reason = CASE WHEN $6 THEN NULL ELSE a.reason END,
    metadata = CASE WHEN $6 THEN NULL ELSE a.metadata END,
    changes = CASE WHEN $6 THEN NULL ELSE a.changes END,
    attributes = CASE WHEN $6 THEN NULL ELSE a.attributes END,
    salt = erased.salt,
    identity_digest = erased.identity_digest,
    documents_digest = erased.documents_digest
FROM unnest($1::timestamptz[], $2::uuid[], $3::bytea[], $4::bytea[], $5::bytea[])
    AS erased (occurred_at, id, salt, identity_digest, documents_digest)
WHERE a.occurred_at = erased.occurred_at
  AND a.id = erased.id
