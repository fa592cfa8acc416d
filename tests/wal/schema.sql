-- What the application writes: a table for each kind of key.
CREATE TABLE account (
    id      int    CONSTRAINT account_pkey PRIMARY KEY,
    balance bigint NOT NULL DEFAULT 0,
    note    text
);
INSERT INTO account (id) SELECT generate_series(1, 1000);

CREATE TABLE line (
    order_id bigint  NOT NULL,
    number   int     NOT NULL,
    amount   numeric NOT NULL,
    CONSTRAINT line_pkey PRIMARY KEY (order_id, number)
);
CREATE SEQUENCE order_number;

-- Large values out of line, which an update that leaves them alone doesn't log.
CREATE TABLE document (
    slug    text CONSTRAINT document_pkey PRIMARY KEY,
    version int  NOT NULL DEFAULT 1,
    body    text NOT NULL
);
ALTER TABLE document ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE article (
    id    bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT article_pkey PRIMARY KEY,
    reads int    NOT NULL DEFAULT 0,
    title text   NOT NULL,
    body  text   NOT NULL
);
ALTER TABLE article REPLICA IDENTITY FULL;
ALTER TABLE article ALTER COLUMN body SET STORAGE EXTERNAL;

-- No key at all.
CREATE TABLE visit (
    page int         NOT NULL,
    at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
ALTER TABLE visit REPLICA IDENTITY FULL;
CREATE INDEX visit_page_idx ON visit (page);

-- Its rows move from one partition to the other.
CREATE TABLE task (
    id    bigint GENERATED ALWAYS AS IDENTITY,
    state text   NOT NULL,
    CONSTRAINT task_pkey PRIMARY KEY (id, state)
) PARTITION BY LIST (state);
CREATE TABLE task_open PARTITION OF task FOR VALUES IN ('open');
CREATE TABLE task_done PARTITION OF task FOR VALUES IN ('done');

-- Written by INSERT … ON CONFLICT.
CREATE TABLE tally (
    name text CONSTRAINT tally_pkey PRIMARY KEY,
    n    int  NOT NULL
);

-- Truncated again and again.
CREATE TABLE scratch (
    id int CONSTRAINT scratch_pkey PRIMARY KEY
);

-- Outside the publication from here on.
CREATE SCHEMA truth;
CREATE SEQUENCE truth.prepared;

CREATE TABLE truth.change (
    xid        bigint NOT NULL,
    collection text   NOT NULL,
    operation  text   NOT NULL,
    key        text,
    actor      text
);

-- The arguments are the table's name, which a partition doesn't know, and the columns
-- of its key. What it writes shares the fate of the change, savepoints included.
CREATE FUNCTION truth.note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    content jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        content := to_jsonb(OLD);
    ELSIF TG_OP <> 'TRUNCATE' THEN
        content := to_jsonb(NEW);
    END IF;
    INSERT INTO truth.change (xid, collection, operation, key, actor)
    SELECT pg_current_xact_id()::text::bigint, TG_ARGV[0], TG_OP,
           string_agg(content ->> key.name, ',' ORDER BY key.place),
           NULLIF(current_setting('truth.actor', true), '')
    FROM unnest(TG_ARGV[1:]) WITH ORDINALITY AS key (name, place);
    RETURN NULL;
END $$;

CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON account FOR EACH ROW EXECUTE FUNCTION truth.note('account', 'id');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON line FOR EACH ROW EXECUTE FUNCTION truth.note('line', 'order_id', 'number');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON document FOR EACH ROW EXECUTE FUNCTION truth.note('document', 'slug');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON article FOR EACH ROW EXECUTE FUNCTION truth.note('article', 'id');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON visit FOR EACH ROW EXECUTE FUNCTION truth.note('visit');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON task FOR EACH ROW EXECUTE FUNCTION truth.note('task', 'id', 'state');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON tally FOR EACH ROW EXECUTE FUNCTION truth.note('tally', 'name');
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON scratch FOR EACH ROW EXECUTE FUNCTION truth.note('scratch', 'id');
CREATE TRIGGER note_truncate AFTER TRUNCATE ON scratch FOR EACH STATEMENT EXECUTE FUNCTION truth.note('scratch');

-- Says who acts from here on, to the receiver and to the truth; 0 is nobody. The
-- setting goes back with its savepoint, as the message does.
CREATE FUNCTION truth.act(who int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := CASE WHEN who > 0 THEN 'user-' || who ELSE '' END;
BEGIN
    PERFORM set_config('truth.actor', name, true);
    PERFORM pg_logical_emit_message(true, 'activity.context', CASE name WHEN '' THEN '{}'
        ELSE json_build_object('activity.actor.id', name, 'activity.actor.type', 'user')::text END);
END $$;
