-- Wakes readers of the live tail, in a transaction of its own behind the commit: NOTIFY
-- holds a lock of the whole server until its transaction is on disk, so that writers would
-- commit one after the other. This one doesn't wait for the disk.
SELECT pg_notify('activity_batch', '')
FROM set_config('synchronous_commit', 'off', true)
