-- Off the audit triggers of the database test_1. What is a comment is run by the Collector;
-- the rest is yours, before the migration.

-- == prepare

-- Whole rows in the log: activities have the values before a change, and a rollback can put
-- everything into the audit tables. It locks each table for a moment, rewrites nothing, and
-- writes the old row of each UPDATE and DELETE to the WAL.
SET lock_timeout = '5s'; -- the application waits behind a lock that waits
ALTER TABLE "public"."orders" REPLICA IDENTITY FULL;

-- The receiver publishes what it is to read: the audited tables, held back until they are
-- handed over, and the audit tables, to compare.
--     ALTER PUBLICATION "otel_activity" ADD TABLE ONLY "public"."It's", ONLY "public"."orders", ONLY "audit"."record_version";

-- == cutover

-- public.It's: hand over to the log, in one transaction: what commits before it is written
-- by the triggers, what commits behind it is recorded from the log.
--     BEGIN;
--     SET LOCAL lock_timeout = 200;
--     LOCK TABLE "public"."It's" IN SHARE ROW EXCLUSIVE MODE;
--     ALTER TABLE "public"."It's" DISABLE TRIGGER "audit_i_u_d";
--     ALTER TABLE "public"."It's" DISABLE TRIGGER "audit_t";
--     SELECT pg_logical_emit_message(true, 'activity.migration', '{"migration":"ID","table":"public.It''s","recorder":"log"}');
--     COMMIT;

-- public.orders: hand over to the log, in one transaction: what commits before it is written
-- by the triggers, what commits behind it is recorded from the log.
--     BEGIN;
--     SET LOCAL lock_timeout = 200;
--     LOCK TABLE "public"."orders" IN SHARE ROW EXCLUSIVE MODE;
--     ALTER TABLE "public"."orders" DISABLE TRIGGER "audit_i_u_d";
--     ALTER TABLE "public"."orders" DISABLE TRIGGER "audit_t";
--     SELECT pg_logical_emit_message(true, 'activity.migration', '{"migration":"ID","table":"public.orders","recorder":"log"}');
--     COMMIT;

-- == rollback

-- public.It's: give back to the triggers; the changes that they have missed are put into the
-- audit table behind it.
--     BEGIN;
--     SET LOCAL lock_timeout = 200;
--     LOCK TABLE "public"."It's" IN SHARE ROW EXCLUSIVE MODE;
--     ALTER TABLE "public"."It's" ENABLE TRIGGER "audit_i_u_d";
--     ALTER TABLE "public"."It's" ENABLE TRIGGER "audit_t";
--     SELECT pg_logical_emit_message(true, 'activity.migration', '{"migration":"ID","table":"public.It''s","recorder":"triggers"}');
--     COMMIT;

-- public.orders: give back to the triggers; the changes that they have missed are put into
-- the audit table behind it.
--     BEGIN;
--     SET LOCAL lock_timeout = 200;
--     LOCK TABLE "public"."orders" IN SHARE ROW EXCLUSIVE MODE;
--     ALTER TABLE "public"."orders" ENABLE TRIGGER "audit_i_u_d";
--     ALTER TABLE "public"."orders" ENABLE TRIGGER "audit_t";
--     SELECT pg_logical_emit_message(true, 'activity.migration', '{"migration":"ID","table":"public.orders","recorder":"triggers"}');
--     COMMIT;

-- == finish

-- public.It's: the triggers go, some days later.
--     DROP TRIGGER IF EXISTS "audit_i_u_d" ON "public"."It's";
--     DROP TRIGGER IF EXISTS "audit_t" ON "public"."It's";

-- public.orders: the triggers go, some days later.
--     DROP TRIGGER IF EXISTS "audit_i_u_d" ON "public"."orders";
--     DROP TRIGGER IF EXISTS "audit_t" ON "public"."orders";

-- audit.record_version: the audit table goes, with --drop-tables alone.
--     DROP TABLE IF EXISTS "audit"."record_version";
