-- Entries with the model that they are about.
SELECT t.*, c.app_label AS content_type_app_label, c.model AS content_type_model
FROM /* table */ AS t
LEFT JOIN /* schema */.django_content_type AS c ON c.id = t.content_type_id
WHERE t./* key */ > $1::bigint AND t./* key */ <= $2::bigint
    /* since */
ORDER BY t./* key */
LIMIT $3::bigint
