-- The columns and behaviour of "Audit trigger 91plus": rows as hstore, of an UPDATE the old
-- row and the columns that changed. An UPDATE that changes nothing leaves no row.
CREATE SCHEMA IF NOT EXISTS audit;
CREATE EXTENSION IF NOT EXISTS hstore SCHEMA public;

CREATE TABLE IF NOT EXISTS audit.logged_actions (
    event_id          bigserial PRIMARY KEY,
    schema_name       text NOT NULL,
    table_name        text NOT NULL,
    relid             oid NOT NULL,
    session_user_name text,
    action_tstamp_tx  timestamptz NOT NULL,
    action_tstamp_stm timestamptz NOT NULL,
    action_tstamp_clk timestamptz NOT NULL,
    transaction_id    bigint,
    application_name  text,
    client_addr       inet,
    client_port       integer,
    client_query      text,
    action            text NOT NULL CHECK (action IN ('I', 'D', 'U', 'T')),
    row_data          public.hstore,
    changed_fields    public.hstore,
    statement_only    boolean NOT NULL
);

CREATE INDEX IF NOT EXISTS logged_actions_relid_idx ON audit.logged_actions (relid);

-- Its arguments: whether the statement's text is logged, and columns that are left out.
CREATE OR REPLACE FUNCTION audit.if_modified_func() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    left_out text[] = coalesce(TG_ARGV[1]::text[], '{}');
    data hstore;
    changed hstore;
BEGIN
    IF TG_LEVEL = 'ROW' AND TG_OP = 'INSERT' THEN
        data = hstore(NEW.*) - left_out;
    ELSIF TG_LEVEL = 'ROW' THEN
        data = hstore(OLD.*) - left_out;
    END IF;
    IF TG_LEVEL = 'ROW' AND TG_OP = 'UPDATE' THEN
        changed = hstore(NEW.*) - data - left_out;
        IF changed = ''::hstore THEN
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO audit.logged_actions (
        schema_name, table_name, relid, session_user_name,
        action_tstamp_tx, action_tstamp_stm, action_tstamp_clk, transaction_id,
        application_name, client_addr, client_port, client_query,
        action, row_data, changed_fields, statement_only
    ) VALUES (
        TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_RELID, session_user,
        current_timestamp, statement_timestamp(), clock_timestamp(), txid_current(),
        current_setting('application_name'), inet_client_addr(), inet_client_port(),
        CASE WHEN coalesce(TG_ARGV[0]::boolean, TRUE) THEN current_query() END,
        left(TG_OP, 1), data, changed, TG_LEVEL <> 'ROW'
    );
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION audit.audit_table(
    target regclass, audit_rows boolean DEFAULT TRUE, audit_query_text boolean DEFAULT TRUE, ignored_cols text[] DEFAULT '{}'
) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    EXECUTE format('DROP TRIGGER IF EXISTS audit_trigger_row ON %s', target);
    EXECUTE format('DROP TRIGGER IF EXISTS audit_trigger_stm ON %s', target);
    IF audit_rows THEN
        EXECUTE format(
            'CREATE TRIGGER audit_trigger_row AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION audit.if_modified_func(%L, %L)',
            target, audit_query_text, ignored_cols
        );
    END IF;
    EXECUTE format(
        'CREATE TRIGGER audit_trigger_stm AFTER %s ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit.if_modified_func(%L)',
        CASE WHEN audit_rows THEN 'TRUNCATE' ELSE 'INSERT OR UPDATE OR DELETE OR TRUNCATE' END, target, audit_query_text
    );
END
$$;
