package audit_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/replication"
)

func TestDiscoverAllInOneDatabase(t *testing.T) {
	t.Parallel()
	pool := database(t, audittest.SupaAuditSQL, audittest.AuditTriggerSQL, audittest.PgMementoSQL, audittest.TableLogSQL,
		audittest.DjangoAuditlogSQL, audittest.PaperTrailSQL, audittest.LaravelActivitySQL,
		`CREATE TABLE public.orders (id int PRIMARY KEY); CREATE TABLE public."Odd 'one'" (a int, b text, PRIMARY KEY (b, a))`,
		audittest.Enable("supa_audit", "public", "orders"), audittest.Enable("supa_audit", "public", "Odd 'one'"),
		audittest.Enable("audit_trigger", "public", "orders"), audittest.Enable("pgmemento", "public", "orders"),
		audittest.Enable("tablelog", "public", "Odd 'one'"),
		`ALTER TABLE public.orders DISABLE TRIGGER audit_t; ALTER TABLE public.orders ENABLE ALWAYS TRIGGER audit_i_u_d`,
		`INSERT INTO public.orders SELECT generate_series(1, 3000)`)
	sources := discover(t, pool, audit.Options{})
	byName := map[string]*audit.Source{}
	for i := range sources {
		s := &sources[i]
		require.Empty(t, s.Obstacles, s)
		byName[s.String()] = s
	}
	type want struct {
		shape  audit.Shape
		key    string
		tables string
	}
	wants := map[string]want{
		"audit.record_version":     {audit.SupaAudit, "id", "public.Odd 'one' public.orders"},
		"audit.logged_actions":     {audit.AuditTrigger, "event_id", "public.orders"},
		"pgmemento.row_log":        {audit.PgMemento, "id", "public.orders"},
		"public.Odd 'one'_log":     {audit.TableLog, "trigger_id", "public.Odd 'one'"},
		"public.auditlog_logentry": {audit.DjangoAuditlog, "id", ""},
		"public.versions":          {audit.PaperTrail, "id", ""},
		"public.activity_log":      {audit.LaravelActivity, "id", ""},
	}
	require.Len(t, byName, len(wants))
	for name, w := range wants {
		s := byName[name]
		require.NotNil(t, s, name)
		var tables []string
		for i := range s.Tables {
			tables = append(tables, s.Tables[i].String())
		}
		got := want{s.Shape, s.Key, strings.Join(tables, " ")}
		require.Equal(t, w, got, name)
	}

	supa := byName["audit.record_version"]
	odd, orders := supa.Tables[0], supa.Tables[1]
	require.Equal(t, []audit.Trigger{{"audit_i_u_d", "A"}, {"audit_t", "D"}}, orders.Triggers)
	require.Equal(t, []string{"b", "a"}, odd.PrimaryKey)
	require.Equal(t, []audit.Column{{"b", 25}, {"a", 23}}, odd.Key)
	require.Len(t, byName["pgmemento.row_log"].Tables[0].Triggers, 5)
	require.InDelta(t, 3000, supa.Rows, 3000) // of the pages: nothing was measured
	require.Positive(t, supa.Bytes)
	exec(t, pool, `VACUUM ANALYZE audit.record_version`)
	require.EqualValues(t, 3000, discover(t, pool, audit.Options{})[1].Rows)
	require.Zero(t, byName["public.Odd 'one'_log"].Rows)

	// A source is kept as JSON.
	text, err := json.Marshal(supa)
	require.NoError(t, err)
	var kept audit.Source
	require.NoError(t, json.Unmarshal(text, &kept))
	require.Equal(t, *supa, kept)
}

func TestDiscoverChosenTables(t *testing.T) {
	t.Parallel()
	pool := database(t, audittest.SupaAuditSQL, audittest.AuditTriggerSQL,
		`CREATE TABLE public.orders (id int PRIMARY KEY); CREATE TABLE public.users (id int PRIMARY KEY)`,
		audittest.Enable("supa_audit", "public", "orders"), audittest.Enable("supa_audit", "public", "users"), audittest.Enable("audit_trigger", "public", "users"),
		`INSERT INTO public.users VALUES (7)`)
	filter, err := replication.NewFilter([]string{"public.orders"}, nil)
	require.NoError(t, err)
	sources := discover(t, pool, audit.Options{Tables: filter})
	require.Len(t, sources, 1)
	require.Len(t, sources[0].Tables, 1)
	require.Equal(t, "public.orders", sources[0].Tables[0].String())
	require.Len(t, sources[0].Others, 1)
	chunk := read(t, pool, newReader(t, &sources[0], nil, nil), everything)
	require.Equal(t, []string{"public.users"}, chunk.Tables)
	require.Equal(t, "7", attributes(chunk)[0]["activity.entity.id"])
}

// Rows of partitions are those of the table that the log tells of.
func TestPartitions(t *testing.T) {
	t.Parallel()
	for _, shape := range triggered {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			pool := database(t, install[shape],
				`CREATE TABLE public.orders (id int PRIMARY KEY) PARTITION BY RANGE (id);
				 CREATE TABLE public.orders_1 PARTITION OF public.orders FOR VALUES FROM (0) TO (10);
				 CREATE TABLE public.orders_2 PARTITION OF public.orders FOR VALUES FROM (10) TO (20)`,
				audittest.Enable(string(shape), "public", "orders"),
				`INSERT INTO public.orders VALUES (1), (11)`)
			s := only(t, pool)
			require.Len(t, s.Tables, 1)
			require.Len(t, s.Tables[0].Partitions, 2)
			chunk := read(t, pool, newReader(t, s, nil, nil), everything)
			require.Equal(t, []string{"public.orders", "public.orders"}, chunk.Tables)
			require.Equal(t, "11", attributes(chunk)[1]["activity.entity.id"])
			require.Equal(t, "orders.insert", attributes(chunk)[1]["activity.action"])
		})
	}
}

// A trigger of tablelog without arguments logs beside its table.
func TestTableLogWithoutArguments(t *testing.T) {
	t.Parallel()
	pool := database(t, audittest.TableLogSQL, `CREATE TABLE public.orders (id int PRIMARY KEY)`,
		`CREATE TABLE public.orders_log (id int, trigger_mode text, trigger_tuple text, trigger_changed timestamptz, trigger_id bigserial PRIMARY KEY)`,
		`CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON public.orders FOR EACH ROW EXECUTE FUNCTION public.table_log()`,
		`INSERT INTO public.orders VALUES (7)`)
	s := only(t, pool)
	require.Equal(t, "public.orders_log", s.String())
	chunk := read(t, pool, newReader(t, s, nil, nil), everything)
	require.Equal(t, "7", attributes(chunk)[0]["activity.entity.id"])
	require.NotContains(t, attributes(chunk)[0], "activity.actor.id")
	keys := restore(t, pool, s, []audit.Restoration{{Table: &s.Tables[0], CommittedAt: committedAt, Operation: "insert", New: []byte(`{"id": "8"}`)}})
	require.Len(t, keys, 1)
}

func TestObstacles(t *testing.T) {
	t.Parallel()
	const orders = `CREATE TABLE public.orders (id int PRIMARY KEY)`
	for name, of := range map[string]struct {
		statements []string
		says       []string
	}{
		"key of another type": {
			[]string{audittest.PaperTrailSQL, `ALTER TABLE public.versions DROP COLUMN id; ALTER TABLE public.versions ADD COLUMN id uuid PRIMARY KEY DEFAULT gen_random_uuid()`},
			[]string{"the column id of public.versions is no integer"},
		},
		"no index": {
			[]string{audittest.SupaAuditSQL, `ALTER TABLE audit.record_version DROP CONSTRAINT record_version_pkey`},
			[]string{`CREATE UNIQUE INDEX CONCURRENTLY ON "audit"."record_version" ("id")`},
		},
		"no trigger_id": {
			[]string{audittest.TableLogSQL, orders, `SELECT set_config('search_path', 'public', true), public.table_log_init(3, 'public', 'orders', 'public', 'orders_log')`},
			[]string{"public.orders_log has no column trigger_id"},
		},
		"two log tables": {
			[]string{audittest.TableLogSQL, orders, `SELECT set_config('search_path', 'public', true), public.table_log_init(5, 'public', 'orders', 'public', 'orders_log', 'PARTITION')`},
			[]string{"is a view", "logs to two tables in turn"},
		},
		"basic": {
			[]string{audittest.TableLogSQL, orders, `SELECT set_config('search_path', 'public', true), public.table_log_init(5, 'public', 'orders', 'public', 'orders_log', 'SINGLE', TRUE)`},
			[]string{"leaves out what an UPDATE made"},
		},
		"one log table of two": {
			[]string{
				audittest.TableLogSQL, orders, `CREATE TABLE public.more (id int PRIMARY KEY)`, audittest.Enable("tablelog", "public", "orders"),
				`CREATE TRIGGER log AFTER INSERT ON public.more FOR EACH ROW EXECUTE FUNCTION public.table_log('orders_log', 1, 'public')`,
			},
			[]string{"public.more and public.orders both log to public.orders_log"},
		},
		"log table is gone": {
			[]string{audittest.TableLogSQL, orders, audittest.Enable("tablelog", "public", "orders"), `DROP TABLE public.orders_log`},
			[]string{"there is no table public.orders_log"},
		},
		"trigger of a partition": {
			[]string{audittest.SupaAuditSQL, `CREATE TABLE public.orders (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE TABLE public.orders_1 PARTITION OF public.orders DEFAULT`, audittest.Enable("supa_audit", "public", "orders_1")},
			[]string{"the trigger audit_i_u_d is on the partition public.orders_1 alone"},
		},
		"old pgMemento": {
			[]string{audittest.PgMementoSQL, `ALTER TABLE pgmemento.table_event_log DROP COLUMN event_key`},
			[]string{"upgrade pgMemento"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sources := discover(t, database(t, of.statements...), audit.Options{})
			require.Len(t, sources, 1)
			require.Len(t, sources[0].Obstacles, len(of.says), sources[0].Obstacles)
			for i, says := range of.says {
				require.Contains(t, sources[0].Obstacles[i], says)
			}
		})
	}
}

func TestObstacleOfRights(t *testing.T) {
	t.Parallel()
	pool := database(t, audittest.SupaAuditSQL, `DO $$ BEGIN IF to_regrole('reads_nothing') IS NULL THEN CREATE ROLE reads_nothing; END IF; END $$`)
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	_, err = conn.Exec(t.Context(), `SET ROLE reads_nothing`)
	require.NoError(t, err)
	sources, err := audit.Discover(t.Context(), conn, audit.Options{})
	require.NoError(t, err)
	require.Len(t, sources, 1)
	require.Contains(t, sources[0].Obstacles[0], "may not read audit.record_version")
	_, err = conn.Exec(t.Context(), `RESET ROLE`)
	require.NoError(t, err)
}
