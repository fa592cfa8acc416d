package plugs

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// standIns take the place of Citus, which the tests have not: they note what they are
// asked for, after Postgres has looked each name up.
const standIns = `
CREATE TABLE public.asked (n int GENERATED ALWAYS AS IDENTITY, what text);
CREATE FUNCTION public.create_reference_table(named regclass) RETURNS void LANGUAGE sql
	AS $$ INSERT INTO public.asked (what) VALUES ('reference ' || named) $$;
CREATE FUNCTION public.create_distributed_table(named regclass, distributed_by text, colocate_with text) RETURNS void LANGUAGE sql
	AS $$ INSERT INTO public.asked (what) VALUES ('distributed ' || named || ' by ' || distributed_by) $$;
CREATE FUNCTION public.create_distributed_function(named regprocedure) RETURNS void LANGUAGE sql
	AS $$ INSERT INTO public.asked (what) VALUES ('function ' || named) $$;
CREATE VIEW public.citus_tables AS
	SELECT 'activity.activity'::regclass AS table_name, 'distributed' AS citus_table_type, 'id' AS distribution_column, 32 AS shard_count;
SET search_path = public;
`

func TestCitusScriptNamesWhatThereIs(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), read(t, "sql/optional/citus.sql"))
	require.ErrorContains(t, err, "citus is not in this database")

	_, err = pool.Exec(t.Context(), standIns+read(t, "sql/optional/citus.sql"))
	require.NoError(t, err)
	rows, err := pool.Query(t.Context(), "SELECT what FROM public.asked ORDER BY n")
	require.NoError(t, err)
	asked, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Equal(t, []string{
		"reference activity.resource", "function activity.scope_projects()", "function activity.scope_all()",
		"distributed activity.activity by id",
	}, asked)

	// Citus refuses a table with a unique constraint that the column is not part of, and
	// one with a foreign key to a table that isn't distributed like it.
	var without int
	require.NoError(t, pool.QueryRow(t.Context(), `
		SELECT count(*) FROM pg_index AS i
		WHERE i.indrelid = 'activity.activity'::regclass AND i.indisunique
		  AND NOT EXISTS (SELECT FROM pg_attribute AS a
		                  WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) AND a.attname = 'id')`).Scan(&without))
	require.Zero(t, without)
	require.NoError(t, pool.QueryRow(t.Context(),
		"SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND 'activity.activity'::regclass IN (conrelid, confrelid)").Scan(&without))
	require.Zero(t, without)
}
