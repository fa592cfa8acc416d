-- Row changes of the database test_1 (Postgres …). Run it statement by statement, as psql does, and read what is a comment.

-- The application waits behind a lock that waits: give up soon, and run it again.
SET lock_timeout = '5s';

-- While the receiver is away, the server keeps WAL for it. Choose how much at most, by what
-- the disk can spare.
-- ALTER SYSTEM SET max_slot_wal_keep_size = '10GB';
-- SELECT pg_reload_conf();

-- The role that reads needs REPLICATION and no right on the tables. Give it a password, with
-- \password in psql.
CREATE ROLE "collector" LOGIN REPLICATION;

-- Odd.It's; "x" has nothing that identifies its rows. FULL writes the old row of each UPDATE
-- and DELETE to the WAL. It locks the table for a moment and rewrites nothing.
ALTER TABLE "Odd"."It's; ""x""" REPLICA IDENTITY FULL;

-- public.deferred has nothing that identifies its rows. FULL writes the old row of each
-- UPDATE and DELETE to the WAL. It locks the table for a moment and rewrites nothing.
ALTER TABLE "public"."deferred" REPLICA IDENTITY FULL;

-- public.events has nothing that identifies its rows. FULL writes the old row of each UPDATE
-- and DELETE to the WAL. It locks the table for a moment and rewrites nothing.
ALTER TABLE "public"."events" REPLICA IDENTITY FULL;
ALTER TABLE "public"."events_1" REPLICA IDENTITY FULL;

-- public.log has nothing that identifies its rows. FULL writes the old row of each UPDATE
-- and DELETE to the WAL. It locks the table for a moment and rewrites nothing.
ALTER TABLE "public"."log" REPLICA IDENTITY FULL;

-- public.totals has nothing that identifies its rows. FULL writes the old row of each UPDATE
-- and DELETE to the WAL. It locks the table for a moment and rewrites nothing.
ALTER TABLE "public"."totals" REPLICA IDENTITY FULL;

-- A partitioned table and its partitions need the same replica identity: the server writes
-- old rows by the partition's, and names them by the table's.
ALTER TABLE "public"."payments_1" REPLICA IDENTITY FULL;

-- Publish every change of the tables; those of a partition as its table's. Make it before
-- the slot. It fails, and does no harm, if a table has not got its FULL before.
DO $publish$
BEGIN
    IF EXISTS (SELECT FROM pg_class WHERE relreplident <> 'f' AND oid IN (
        '"Odd"."It''s; ""x"""'::regclass,
        '"public"."deferred"'::regclass,
        '"public"."events_1"'::regclass,
        '"public"."log"'::regclass,
        '"public"."totals"'::regclass
    )) THEN RAISE EXCEPTION 'a table has no replica identity yet: run the statements above again'; END IF;
    CREATE PUBLICATION "otel_activity" FOR TABLE ONLY "Odd"."It's; ""x""",
    ONLY "public"."deferred",
    ONLY "public"."events",
    ONLY "public"."indexed",
    ONLY "public"."log",
    ONLY "public"."orders",
    ONLY "public"."payments",
    ONLY "public"."totals" WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = true);
END
$publish$;

-- Who may call pg_logical_emit_message says who did it: that is the application alone.
REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean,text,bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean,text,bytea) TO "shop";
REVOKE EXECUTE ON FUNCTION pg_logical_emit_message(boolean,text,text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_logical_emit_message(boolean,text,text) TO "shop";

-- From here on the server keeps WAL until the receiver has read it: start the receiver now.
-- Leave this out where the receiver makes the slot itself (slot: {create: true}). It waits
-- for transactions that are open.
RESET lock_timeout; -- it would end the wait
SELECT pg_create_logical_replication_slot('otel_activity', 'pgoutput');
