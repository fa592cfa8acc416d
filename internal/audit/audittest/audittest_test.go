package audittest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestAllToolsInOneDatabase(t *testing.T) {
	t.Parallel()
	pool := pgtest.Pool(t, pgtest.NewEmptyDSN(t))
	exec := func(statements ...string) {
		t.Helper()
		for _, statement := range statements {
			_, err := pool.Exec(t.Context(), statement)
			require.NoError(t, err, statement)
		}
	}
	exec(
		audittest.SupaAuditSQL, audittest.AuditTriggerSQL, audittest.PgMementoSQL, audittest.TableLogSQL,
		audittest.SupaAuditSQL, audittest.AuditTriggerSQL, audittest.PgMementoSQL, audittest.TableLogSQL,
		audittest.DjangoAuditlogSQL, audittest.PaperTrailSQL, audittest.LaravelActivitySQL,
		`CREATE TABLE public."Odd 'one'" (id int PRIMARY KEY, v text, doc jsonb)`,
	)
	for _, shape := range []string{"supa_audit", "audit_trigger", "pgmemento", "tablelog"} {
		exec(audittest.Enable(shape, "public", "Odd 'one'"))
	}
	exec(
		`INSERT INTO public."Odd 'one'" (id, v) VALUES (1, 'a'), (2, NULL)`,
		`UPDATE public."Odd 'one'" SET v = 'b', doc = '{"a": [1]}'`,
		`DELETE FROM public."Odd 'one'" WHERE id = 1`,
		`TRUNCATE public."Odd 'one'"`,
	)
	for table, rows := range map[string]int{
		`audit.record_version`:   6,
		`audit.logged_actions`:   6,
		`pgmemento.row_log`:      6,
		`public."Odd 'one'_log"`: 7,
	} {
		var n int
		require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
		require.Equal(t, rows, n, table)
	}
}

func TestEnableOfNoTool(t *testing.T) {
	t.Parallel()
	require.Panics(t, func() { audittest.Enable("paper_trail", "public", "t") })
}
