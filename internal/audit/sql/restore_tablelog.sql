-- Of an UPDATE the old row and the new one. An old row of which only the key is known is
-- left out: the log table may refuse the nulls.
INSERT INTO /* table */ (/* columns */)
SELECT /* values */
FROM jsonb_array_elements($1::text::jsonb) WITH ORDINALITY AS change (c, place)
CROSS JOIN LATERAL (
    VALUES
        (1, 'old', nullif(c -> 'old', 'null')),
        (2, 'new', nullif(c -> 'new', 'null'))
) AS tuple (half, name, data)
CROSS JOIN LATERAL jsonb_populate_record(NULL::/* table */, tuple.data || jsonb_build_object(
    'trigger_mode', upper(c ->> 'operation'),
    'trigger_tuple', tuple.name,
    'trigger_changed', c ->> 'committed_at',
    'trigger_user', left(current_user, 32)
)) AS r
WHERE CASE c ->> 'operation'
    WHEN 'insert' THEN tuple.name = 'new'
    WHEN 'delete' THEN tuple.name = 'old'
    WHEN 'update' THEN tuple.data IS NOT NULL AND (tuple.name = 'new' OR tuple.data ?& ARRAY(SELECT jsonb_object_keys(nullif(c -> 'new', 'null'))))
    ELSE FALSE
END
ORDER BY place, tuple.half
RETURNING trigger_id
