-- The truth: what was changed, as a trigger of our own notes it in the same transaction.
-- It is outside the publication.
CREATE SCHEMA truth;

CREATE TABLE truth.change (
    collection  text NOT NULL,
    operation   text NOT NULL,
    key         text,
    version     text, -- of the row after the change; null without one
    old_version text
);

-- The arguments are the columns of the table's key. What it writes shares the fate of the
-- change, savepoints included.
CREATE FUNCTION truth.note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    content jsonb := CASE TG_OP WHEN 'TRUNCATE' THEN NULL WHEN 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
BEGIN
    INSERT INTO truth.change (collection, operation, key, version, old_version)
    SELECT TG_TABLE_NAME, TG_OP, string_agg(content ->> key.name, ',' ORDER BY key.place),
           CASE WHEN TG_OP IN ('INSERT', 'UPDATE') THEN content ->> 'version' END,
           CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) ->> 'version' WHEN 'DELETE' THEN content ->> 'version' END
    FROM unnest(TG_ARGV) WITH ORDINALITY AS key (name, place);
    RETURN NULL;
END $$;

CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON account FOR EACH ROW EXECUTE FUNCTION truth.note('id');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON ledger FOR EACH ROW EXECUTE FUNCTION truth.note('id');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON customer FOR EACH ROW EXECUTE FUNCTION truth.note('id');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON document FOR EACH ROW EXECUTE FUNCTION truth.note('slug');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON scratch FOR EACH ROW EXECUTE FUNCTION truth.note('id');
CREATE TRIGGER note_truncate AFTER TRUNCATE ON scratch FOR EACH STATEMENT EXECUTE FUNCTION truth.note('id');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON line FOR EACH ROW EXECUTE FUNCTION truth.note('order_id', 'number');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON task FOR EACH ROW EXECUTE FUNCTION truth.note('id');

-- The audit tables, in one form: a row for each change. Of tablelog's two rows for an
-- update, the new one is the change.
CREATE VIEW truth.audited AS
SELECT 'public.account_log' AS source, trigger_id AS source_key, 'account' AS collection, trigger_mode::text AS operation,
       id::text AS key, CASE trigger_tuple WHEN 'new' THEN version::text END AS version
FROM account_log WHERE trigger_mode <> 'UPDATE' OR trigger_tuple = 'new'
UNION ALL
SELECT 'public.ledger_log', trigger_id, 'ledger', trigger_mode, id::text, CASE trigger_tuple WHEN 'new' THEN version::text END
FROM ledger_log WHERE trigger_mode <> 'UPDATE' OR trigger_tuple = 'new'
UNION ALL
SELECT 'audit.record_version', id, table_name, op::text,
       COALESCE(record, old_record) ->> CASE table_name WHEN 'document' THEN 'slug' ELSE 'id' END, record ->> 'version'
FROM audit.record_version
UNION ALL
SELECT 'audit.logged_actions', event_id, table_name,
       CASE action WHEN 'I' THEN 'INSERT' WHEN 'U' THEN 'UPDATE' WHEN 'D' THEN 'DELETE' ELSE 'TRUNCATE' END,
       CASE table_name WHEN 'line' THEN new_row -> 'order_id' || ',' || (new_row -> 'number') ELSE new_row -> 'id' END,
       CASE WHEN action IN ('I', 'U') THEN new_row -> 'version' END
FROM audit.logged_actions, LATERAL (SELECT row_data || COALESCE(changed_fields, '') AS new_row) AS row;

-- What was there before an update or a delete, as far as the audit tables know it.
CREATE VIEW truth.audited_before AS
SELECT 'public.account_log' AS source, trigger_id AS source_key, 'account' AS collection, trigger_mode::text AS operation, version::text
FROM account_log WHERE trigger_tuple = 'old'
UNION ALL
SELECT 'public.ledger_log', trigger_id, 'ledger', trigger_mode, version::text
FROM ledger_log WHERE trigger_tuple = 'old'
UNION ALL
SELECT 'audit.record_version', id, table_name, op::text, old_record ->> 'version'
FROM audit.record_version WHERE op IN ('UPDATE', 'DELETE')
UNION ALL
SELECT 'audit.logged_actions', event_id, table_name, CASE action WHEN 'U' THEN 'UPDATE' ELSE 'DELETE' END, row_data -> 'version'
FROM audit.logged_actions WHERE action IN ('U', 'D');

-- The last keys of the history: rows that were there before any change of the truth.
CREATE TABLE truth.history (
    source   text   CONSTRAINT history_pkey PRIMARY KEY,
    last_key bigint NOT NULL
);

-- Audit rows that were put back, as the trail knows them.
CREATE TABLE truth.restored (
    source     text   NOT NULL,
    source_key bigint NOT NULL
);
