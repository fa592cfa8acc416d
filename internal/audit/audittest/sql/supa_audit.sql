-- The columns and behaviour of supa_audit: whole rows as jsonb, and an id of the row that is
-- made from its table and primary key.
CREATE SCHEMA IF NOT EXISTS audit;

DO $$
BEGIN
    IF to_regtype('audit.operation') IS NULL THEN
        CREATE TYPE audit.operation AS ENUM ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE');
    END IF;
END
$$;

CREATE TABLE IF NOT EXISTS audit.record_version (
    id            bigserial PRIMARY KEY,
    record_id     uuid,
    old_record_id uuid,
    op            audit.operation NOT NULL,
    ts            timestamptz NOT NULL DEFAULT now(),
    table_oid     oid NOT NULL,
    table_schema  name NOT NULL,
    table_name    name NOT NULL,
    record        jsonb,
    old_record    jsonb,
    auth_uid      uuid,
    auth_role     text,
    CHECK (coalesce(record_id, old_record_id) IS NOT NULL OR op = 'TRUNCATE')
);

CREATE INDEX IF NOT EXISTS record_version_ts ON audit.record_version USING brin (ts);
CREATE INDEX IF NOT EXISTS record_version_table_oid ON audit.record_version (table_oid);

CREATE OR REPLACE FUNCTION audit.primary_key_columns(entity_oid oid) RETURNS text[]
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT coalesce(array_agg(a.attname::text ORDER BY k.place), '{}')
    FROM pg_catalog.pg_index AS i
    CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = entity_oid AND i.indisprimary
$$;

-- A row without its key has an id of its own.
CREATE OR REPLACE FUNCTION audit.to_record_id(entity_oid oid, pkey_cols text[], rec jsonb) RETURNS uuid
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT CASE
        WHEN rec IS NULL THEN NULL
        WHEN pkey_cols = '{}' THEN gen_random_uuid()
        ELSE md5(entity_oid::text || (SELECT jsonb_agg(rec ->> c ORDER BY place)::text FROM unnest(pkey_cols) WITH ORDINALITY AS k (c, place)))::uuid
    END
$$;

CREATE OR REPLACE FUNCTION audit.insert_update_delete_trigger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    key_columns text[] = audit.primary_key_columns(TG_RELID);
    made jsonb = CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    gone jsonb = CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
BEGIN
    INSERT INTO audit.record_version (record_id, old_record_id, op, table_oid, table_schema, table_name, record, old_record)
    VALUES (
        audit.to_record_id(TG_RELID, key_columns, made), audit.to_record_id(TG_RELID, key_columns, gone),
        TG_OP::audit.operation, TG_RELID, TG_TABLE_SCHEMA, TG_TABLE_NAME, made, gone
    );
    RETURN coalesce(NEW, OLD);
END
$$;

CREATE OR REPLACE FUNCTION audit.truncate_trigger() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO audit.record_version (op, table_oid, table_schema, table_name)
    VALUES ('TRUNCATE', TG_RELID, TG_TABLE_SCHEMA, TG_TABLE_NAME);
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION audit.enable_tracking(target regclass) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_i_u_d AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.insert_update_delete_trigger()', target);
    EXECUTE format('CREATE OR REPLACE TRIGGER audit_t AFTER TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit.truncate_trigger()', target);
END
$$;
