SELECT t.*
FROM /* table */ AS t
WHERE t./* key */ > $1::bigint AND t./* key */ <= $2::bigint
    /* since */
ORDER BY t./* key */
LIMIT $3::bigint
