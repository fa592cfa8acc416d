-- Indexes that no query can use, without those that are being built.
SELECT format('activity.%I', x.relname)
FROM pg_index AS i
JOIN pg_class AS x ON x.oid = i.indexrelid
WHERE x.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'activity')
  AND NOT (i.indisvalid AND i.indisready)
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = i.indexrelid)
ORDER BY 1
