-- What is usual without the WAL: one trigger function for all tables, which keeps both
-- rows as documents, in a table that can be asked for the history of a row.
CREATE SCHEMA audit;

CREATE TABLE audit.change (
    id         bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT change_pkey PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT now(),
    xid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    table_name text        NOT NULL,
    operation  text        NOT NULL,
    row_key    text,
    old_row    jsonb,
    new_row    jsonb
);
-- The history of a row; what happened in a time.
CREATE INDEX change_row_idx ON audit.change (table_name, row_key, at);
CREATE INDEX change_at_idx ON audit.change (at);

CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    after  jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
BEGIN
    INSERT INTO audit.change (table_name, operation, row_key, old_row, new_row)
    VALUES (TG_TABLE_NAME, TG_OP, COALESCE(after, before) ->> TG_ARGV[0], before, after);
    RETURN NULL;
END $$;

CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON pgbench_accounts FOR EACH ROW EXECUTE FUNCTION audit.note('aid');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON pgbench_tellers FOR EACH ROW EXECUTE FUNCTION audit.note('tid');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON pgbench_branches FOR EACH ROW EXECUTE FUNCTION audit.note('bid');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON pgbench_history FOR EACH ROW EXECUTE FUNCTION audit.note('aid');
