package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
)

// orders has values that are easily spoilt.
const orders = `
CREATE TABLE public.orders (
    region text, id int, state text, total numeric, paid boolean, weight float8, big bigint,
    doc jsonb, tags text[], note text, at timestamptz, PRIMARY KEY (region, id)
)`

const hostile = `E'q"uo\'te, \\ => back\\\\slash \\u0000 \U0001F600 tab\t line\n NULL'`

// changes is what happens to orders: each operation, the key too, and nothing at all.
var changes = []string{
	`INSERT INTO public.orders VALUES
		('eu,west', 1, 'open', 12345678901234567890.1234567890, TRUE, 0.1, 9223372036854775807, '{"a": [1, null, {"b": 1e400}], "i": 12345678901234567890}', '{x,"y z"}', ` + hostile + `, '2026-01-02 03:04:05.678901+00'),
		('eu', 2, NULL, 1.10, FALSE, 'NaN', -1, NULL, NULL, '', NULL)`,
	`UPDATE public.orders SET state = 'paid', doc = NULL WHERE id = 1`,
	`UPDATE public.orders SET id = id + 10, note = NULL`,
	`UPDATE public.orders SET note = ` + hostile + ` WHERE id = 12`,
	`DELETE FROM public.orders WHERE id = 11`,
}

// settle gives the rows of a shape times and numbers that are the same in each run.
var settle = map[audit.Shape]string{
	audit.SupaAudit:    `UPDATE audit.record_version SET ts = '2026-02-03 04:05:06.000007+00'::timestamptz + id * interval '1 s', auth_uid = CASE WHEN id > 4 THEN '11111111-2222-3333-4444-555555555555'::uuid END, auth_role = CASE WHEN id > 4 THEN 'authenticated' END`,
	audit.AuditTrigger: `UPDATE audit.logged_actions SET action_tstamp_clk = '2026-02-03 04:05:06.000007+00'::timestamptz + event_id * interval '1 s', transaction_id = 5000000000 + event_id, client_query = left(client_query, 20), client_addr = '192.0.2.7', client_port = 4711, application_name = 'shop'`,
	audit.TableLog:     `UPDATE public.orders_log SET trigger_changed = '2026-02-03 04:05:06.000007+00'`,
	audit.PgMemento:    `UPDATE pgmemento.table_event_log SET stmt_time = '2026-02-03 04:05:06.000007+00'::timestamptz + id * interval '1 s'; UPDATE pgmemento.transaction_log SET txid = 5000000000 + id`,
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for shape, statements := range install {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, statements, orders, audittest.Enable(string(shape), "public", "orders"))
			exec(t, pool, changes...)
			if shape != audit.TableLog {
				exec(t, pool, `TRUNCATE public.orders`)
			}
			exec(t, pool, settle[shape])
			s := only(t, pool)
			require.Equal(t, shape, s.Shape)
			chunk := read(t, pool, newReader(t, s, nil, nil), everything)
			require.Empty(t, chunk.Problems)
			requireGolden(t, string(shape), chunk.Logs)
		})
	}
}

func TestGoldenOfApplications(t *testing.T) {
	t.Parallel()
	for shape, statements := range map[audit.Shape]string{
		audit.DjangoAuditlog:  audittest.DjangoAuditlogSQL,
		audit.PaperTrail:      audittest.PaperTrailSQL,
		audit.LaravelActivity: audittest.LaravelActivitySQL,
	} {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, statements)
			s := only(t, pool)
			require.Equal(t, shape, s.Shape)
			require.Empty(t, s.Tables)
			chunk := read(t, pool, newReader(t, s, nil, nil), everything)
			require.Empty(t, chunk.Problems)
			require.NotEmpty(t, chunk.Keys)
			requireGolden(t, string(shape), chunk.Logs)
		})
	}
}
