-- Where what makes the ids of rows finds what it needs; empty when nothing makes them.
SELECT concat_ws(', ', quote_ident($1::text), (
    SELECT quote_ident(n.nspname)
    FROM pg_extension AS e
    JOIN pg_namespace AS n ON n.oid = e.extnamespace
    WHERE e.extname = 'uuid-ossp'
))
WHERE to_regprocedure(quote_ident($1::text) || '.to_record_id(oid, text[], jsonb)') IS NOT NULL
