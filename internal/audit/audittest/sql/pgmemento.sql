-- The columns and behaviour of pgMemento: a log of transactions, of events (one for each
-- kind of change of a table in a statement) and of rows, of which an UPDATE has the columns
-- that changed.
CREATE SCHEMA IF NOT EXISTS pgmemento;

CREATE TABLE IF NOT EXISTS pgmemento.transaction_log (
    id               serial PRIMARY KEY,
    txid             bigint NOT NULL,
    txid_time        timestamptz NOT NULL,
    process_id       integer,
    user_name        text,
    client_name      text,
    client_port      integer,
    application_name text,
    session_info     jsonb,
    UNIQUE (txid_time, txid)
);

CREATE TABLE IF NOT EXISTS pgmemento.table_event_log (
    id              serial PRIMARY KEY,
    transaction_id  integer NOT NULL REFERENCES pgmemento.transaction_log (id),
    stmt_time       timestamptz NOT NULL,
    op_id           smallint NOT NULL,
    table_operation text,
    table_name      text NOT NULL,
    schema_name     text NOT NULL,
    event_key       text NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS pgmemento.row_log (
    id        bigserial PRIMARY KEY,
    audit_id  bigint NOT NULL,
    event_key text NOT NULL,
    old_data  jsonb,
    new_data  jsonb
);

CREATE SEQUENCE IF NOT EXISTS pgmemento.audit_id_seq;

CREATE OR REPLACE FUNCTION pgmemento.event_key(op text, relation text, namespace text) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT concat_ws(';', extract(epoch FROM transaction_timestamp()), extract(epoch FROM statement_timestamp()), txid_current(), op, relation, namespace)
$$;

CREATE OR REPLACE FUNCTION pgmemento.log_transaction() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    of integer;
BEGIN
    INSERT INTO pgmemento.transaction_log (txid, txid_time, process_id, user_name, client_name, client_port, application_name)
    VALUES (txid_current(), transaction_timestamp(), pg_backend_pid(), session_user, inet_client_addr()::text, inet_client_port(), current_setting('application_name'))
    ON CONFLICT (txid_time, txid) DO UPDATE SET txid = EXCLUDED.txid
    RETURNING id INTO of;
    INSERT INTO pgmemento.table_event_log (transaction_id, stmt_time, op_id, table_operation, table_name, schema_name, event_key)
    VALUES (
        of, statement_timestamp(), CASE TG_OP WHEN 'INSERT' THEN 3 WHEN 'UPDATE' THEN 4 WHEN 'DELETE' THEN 7 ELSE 8 END,
        TG_OP, TG_TABLE_NAME, TG_TABLE_SCHEMA, pgmemento.event_key(TG_OP, TG_TABLE_NAME, TG_TABLE_SCHEMA)
    )
    ON CONFLICT (event_key) DO NOTHING;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION pgmemento.log_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    made jsonb = CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    gone jsonb = CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    old_data jsonb = gone;
    new_data jsonb = made;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        SELECT jsonb_object_agg(o.key, o.value), jsonb_object_agg(n.key, n.value) INTO old_data, new_data
        FROM jsonb_each(gone) AS o
        JOIN jsonb_each(made) AS n USING (key)
        WHERE o.value IS DISTINCT FROM n.value;
        IF old_data IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO pgmemento.row_log (audit_id, event_key, old_data, new_data)
    VALUES (
        (coalesce(made, gone) ->> 'audit_id')::bigint,
        pgmemento.event_key(TG_OP, TG_TABLE_NAME, TG_TABLE_SCHEMA), old_data, new_data
    );
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION pgmemento.log_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO pgmemento.row_log (audit_id, event_key, old_data) SELECT t.audit_id, pgmemento.event_key(%L, %L, %L), to_jsonb(t) FROM %I.%I AS t',
        TG_OP, TG_TABLE_NAME, TG_TABLE_SCHEMA, TG_TABLE_SCHEMA, TG_TABLE_NAME
    );
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION pgmemento.enable_audit(target regclass) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    op text;
BEGIN
    EXECUTE format('ALTER TABLE %s ADD COLUMN IF NOT EXISTS audit_id bigint NOT NULL DEFAULT nextval(''pgmemento.audit_id_seq'')', target);
    EXECUTE format('CREATE TRIGGER log_transaction_trigger BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION pgmemento.log_transaction()', target);
    FOREACH op IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
        EXECUTE format('CREATE TRIGGER log_%s_trigger AFTER %s ON %s FOR EACH ROW EXECUTE FUNCTION pgmemento.log_row()', op, upper(op), target);
    END LOOP;
    EXECUTE format('CREATE TRIGGER log_truncate_trigger BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION pgmemento.log_truncate()', target);
END
$$;
