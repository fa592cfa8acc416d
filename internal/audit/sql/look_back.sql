-- Halves of UPDATEs whose other halves may be behind.
SELECT t.*
FROM /* table */ AS t
WHERE t./* key */ > $1::bigint AND t./* key */ <= $2::bigint AND t.trigger_mode = 'UPDATE'
ORDER BY t./* key */
