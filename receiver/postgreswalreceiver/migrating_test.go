package postgreswalreceiver

import (
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// ownAudit is an audit table of no known shape with its trigger function.
const ownAudit = `
CREATE SCHEMA audit;
CREATE TABLE audit.log (n bigserial PRIMARY KEY, relation text NOT NULL, op text NOT NULL, id text, at timestamptz NOT NULL DEFAULT now());
CREATE FUNCTION audit.write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit.log (relation, op, id) VALUES (TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME, lower(TG_OP), CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END);
    RETURN NULL;
END
$$`

func audits(table string) string {
	return "CREATE TRIGGER audits AFTER INSERT OR UPDATE OR DELETE ON " + table + " FOR EACH ROW EXECUTE FUNCTION audit.write()"
}

// migrating is a site with a trail where migrations are kept.
type migrating struct {
	*site
	migrations *store.Migrations
	trail      string
}

func newMigrating(t *testing.T, trail string, change ...func(*Config)) *migrating {
	t.Helper()
	m := &migrating{trail: trail, migrations: store.NewMigrations(pgtest.Pool(t, trail))}
	m.site = newSite(t, append([]func(*Config){func(c *Config) {
		c.Migration.Trail = configopaque.String(trail)
	}}, change...)...)
	m.lookInterval = 50 * time.Millisecond
	return m
}

func holding(tables ...string) func(*Config) {
	return func(c *Config) { c.Migration.Hold = tables }
}

// database is the name of the site's in the trail.
func (m *migrating) database(t *testing.T) string {
	t.Helper()
	var name string
	require.NoError(t, m.pool.QueryRow(t.Context(), "SELECT (SELECT system_identifier FROM pg_catalog.pg_control_system())::text || '/' || pg_catalog.current_database()").Scan(&name))
	return name
}

func (m *migrating) fences(t *testing.T) []store.Fence {
	t.Helper()
	fences, err := m.migrations.Fences(t.Context(), m.database(t))
	require.NoError(t, err)
	return fences
}

// fence hands a table over, as a migration does.
func (m *migrating) fence(t *testing.T, id, table string, to store.Recorder) {
	t.Helper()
	state := "DISABLE"
	if to == store.RecorderTriggers {
		state = "ENABLE"
	}
	require.NoError(t, pgx.BeginFunc(t.Context(), m.pool, func(tx pgx.Tx) error {
		for _, statement := range []string{
			"LOCK TABLE " + table + " IN SHARE ROW EXCLUSIVE MODE",
			"ALTER TABLE " + table + " " + state + " TRIGGER audits",
			fmt.Sprintf(`SELECT pg_catalog.pg_logical_emit_message(true, 'activity.migration', '{"migration":"%s","table":"%s","recorder":"%s"}')`, id, table, to),
		} {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	}))
}

func TestATableStaysWithItsTriggersUntilItsFence(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id int PRIMARY KEY)", "CREATE TABLE public.other (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	require.Equal(t, []store.Fence{{Table: "public.orders", Recorder: store.RecorderTriggers}}, m.fences(t))
	m.exec(t, "INSERT INTO public.orders VALUES (1)", "INSERT INTO public.other VALUES (1)")
	m.settled(t)
	m.fence(t, "m", "public.orders", store.RecorderLog)
	m.exec(t, "INSERT INTO public.orders VALUES (2)")
	m.fence(t, "m", "public.orders", store.RecorderTriggers)
	m.exec(t, "INSERT INTO public.orders VALUES (3)", "TRUNCATE public.orders, public.other")
	m.settled(t)
	require.Equal(t, []string{`other.insert 1 after{"id":1}`, `orders.insert 2 after{"id":2}`, "other.truncate"}, describe(m.wait(t, 3)))
	fences := m.fences(t)
	require.Len(t, fences, 3)
	require.Equal(t, []store.Recorder{"triggers", "log", "triggers"}, []store.Recorder{fences[0].Recorder, fences[1].Recorder, fences[2].Recorder})
	require.Less(t, fences[1].LSN, fences[2].LSN)
	require.Equal(t, "m", fences[1].Migration)

	// All of it is known to the next one.
	m.stop(t)
	m.exec(t, "INSERT INTO public.orders VALUES (4)")
	m.start(t)
	m.fence(t, "m", "public.orders", store.RecorderLog)
	m.exec(t, "INSERT INTO public.orders VALUES (5)")
	require.Equal(t, `orders.insert 5 after{"id":5}`, describe(m.wait(t, 4))[3])
	m.stop(t)
	m.exec(t, "INSERT INTO public.orders VALUES (6)")
	m.start(t)
	require.Equal(t, `orders.insert 6 after{"id":6}`, describe(m.wait(t, 5))[4])
}

func TestATableThatWasPublishedBeforeIsNotHeld(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), func(c *Config) { c.Migration.Trail = "" })
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	m.exec(t, "INSERT INTO public.orders VALUES (1)")
	m.wait(t, 1)
	m.stop(t)
	m.config.Migration = MigrationConfig{Trail: configopaque.String(m.trail), Hold: []string{"public.*"}}
	m.start(t)
	m.exec(t, "CREATE TABLE public.later (id int PRIMARY KEY)", audits("public.later"))
	require.Eventually(t, func() bool { return len(m.fences(t)) == 1 }, patience, 5*time.Millisecond)
	require.Eventually(t, func() bool { return m.publishes(t, "later") }, patience, 5*time.Millisecond)
	m.exec(t, "INSERT INTO public.orders VALUES (2)", "INSERT INTO public.later VALUES (3)")
	m.settled(t)
	require.Equal(t, []string{`orders.insert 1 after{"id":1}`, `orders.insert 2 after{"id":2}`}, describe(m.wait(t, 2)))

	// A fence of a table that the log has always had says nothing of what was before.
	m.fence(t, "m", "public.orders", store.RecorderTriggers)
	m.exec(t, "INSERT INTO public.orders VALUES (3)")
	m.settled(t)
	m.wait(t, 2)
}

func (s *site) publishes(t *testing.T, table string) bool {
	t.Helper()
	var there bool
	require.NoError(t, s.pool.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM pg_catalog.pg_publication_tables WHERE pubname = $1 AND tablename = $2)", s.config.Publication.Name, table).Scan(&there))
	return there
}

// TestEachChangeIsRecordedOnce hands a table over and back while others write to it, and
// restarts in between.
func TestEachChangeIsRecordedOnce(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id bigint PRIMARY KEY, n int)", audits("public.orders"))
	m.start(t)
	var writers sync.WaitGroup
	stop := make(chan struct{})
	written := make([]int64, 4)
	for w := range written {
		writers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				first := int64(w)*1_000_000_000 + written[w]
				_, err := m.pool.Exec(t.Context(), "INSERT INTO public.orders SELECT generate_series($1::bigint, $1 + 2)", first)
				if err != nil {
					t.Error(err)
					return
				}
				written[w] += 3
			}
		})
	}
	for flip := range 7 {
		time.Sleep(100 * time.Millisecond)
		m.fence(t, "m", "public.orders", []store.Recorder{store.RecorderLog, store.RecorderTriggers}[flip%2])
		if flip%3 == 1 {
			m.stop(t)
			m.start(t)
		}
	}
	time.Sleep(100 * time.Millisecond)
	close(stop)
	writers.Wait()
	m.settled(t)

	by := map[string]int{}
	for _, record := range m.sink.all() {
		by[text(record, "log.record.uid")] = 1
	}
	emitted := len(by)
	var audited, all int
	require.NoError(t, m.pool.QueryRow(t.Context(), "SELECT (SELECT count(*) FROM audit.log), (SELECT count(*) FROM public.orders)").Scan(&audited, &all))
	require.Equal(t, all, audited+emitted)
	require.NotZero(t, audited)
	require.NotZero(t, emitted)
	for _, record := range m.sink.all() {
		var doubled bool
		id := text(record, "activity.entity.id")
		require.NoError(t, m.pool.QueryRow(t.Context(), "SELECT EXISTS (SELECT FROM audit.log WHERE id = $1)", id).Scan(&doubled))
		require.False(t, doubled, "%s was recorded by both", id)
		if len(by) > 2000 { // a sample will do
			break
		}
	}
	require.Len(t, m.fences(t), 8)
}

// TestAFenceIsKeptBeforeItIsConfirmed is of a trail that is away when a table changes hands.
func TestAFenceIsKeptBeforeItIsConfirmed(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	trail, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	m := newMigrating(t, trail, holding("public.orders"))
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	m.exec(t, "INSERT INTO public.orders VALUES (1)")
	m.settled(t)
	require.NoError(t, server.Stop())
	before := m.confirmed(t)
	m.fence(t, "m", "public.orders", store.RecorderLog)
	var fence string
	require.NoError(t, m.pool.QueryRow(t.Context(), "SELECT pg_catalog.pg_current_wal_lsn()::text").Scan(&fence))
	m.exec(t, "INSERT INTO public.orders VALUES (2)")
	time.Sleep(300 * time.Millisecond)
	require.Empty(t, m.sink.all())
	require.GreaterOrEqual(t, m.confirmed(t), before)
	require.Less(t, m.confirmed(t), lsn(t, m.site, fence))
	require.NoError(t, server.Start(t.Context()))
	m.waitForIDs(t, 1)
	require.Len(t, m.fences(t), 2)
	require.Equal(t, "2", text(m.sink.all()[0], "activity.entity.id"))
}

func TestMessagesThatAreNoFences(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, "CREATE TABLE public.orders (id int PRIMARY KEY)")
	m.start(t)
	for _, content := range []string{`{`, `{}`, `{"table":"public.orders","recorder":"nobody"}`, `{"table":"orders","recorder":"log"}`} {
		m.exec(t, "SELECT pg_catalog.pg_logical_emit_message(true, 'activity.migration', '"+content+"')")
	}
	// One that stays when its transaction doesn't is none.
	m.exec(t, `SELECT pg_catalog.pg_logical_emit_message(false, 'activity.migration', '{"table":"public.orders","recorder":"log"}')`, "INSERT INTO public.orders VALUES (1)")
	require.Empty(t, m.settled(t))
	require.Len(t, m.fences(t), 1)
}

func TestHistory(t *testing.T) {
	t.Parallel()
	var h history
	for _, at := range []uint64{30, 0, 10, 30} {
		h = h.with(store.Fence{LSN: at, Migration: strconv.FormatUint(at, 10)})
	}
	require.Len(t, h, 3)
	require.Nil(t, h[1:].at(10), "its own transaction is before it")
	require.Equal(t, "0", h.at(10).Migration)
	require.Equal(t, "10", h.at(30).Migration)
	require.Equal(t, "30", h.at(31).Migration)
}

// ownMap reads rows of ownAudit.
const ownMap = `
name: own
resource: {service.name: shop}
activity:
  time: /at
  action: {join: [/relation, /op], with: .}
  status: success
  source: database
  entity: {type: /relation, id: /id}
`

// TestAPublicationOfOthersIsHeldAtFirst is of one that the receiver doesn't make.
func TestAPublicationOfOthersIsHeldAtFirst(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), func(c *Config) { c.Publication.Create = false })
	m.exec(t, audittest.SupaAuditSQL, "CREATE TABLE public.orders (id int PRIMARY KEY)", audittest.Enable("supa_audit", "public", "orders"), "CREATE TABLE public.other (id int PRIMARY KEY)",
		"CREATE PUBLICATION otel_activity FOR TABLE public.orders, public.other WITH (publish_via_partition_root = true)")
	m.start(t)
	require.Equal(t, []store.Fence{{Table: "public.orders", Recorder: store.RecorderTriggers}}, m.fences(t))
	m.exec(t, "INSERT INTO public.orders VALUES (1)", "INSERT INTO public.other VALUES (1)")
	m.settled(t)
	m.wait(t, 1)
}

// TestPartitionsAreHeldAsTheirTable has triggers that name the partition.
func TestPartitionsAreHeldAsTheirTable(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t))
	m.exec(t, audittest.SupaAuditSQL, "CREATE TABLE public.orders (id int PRIMARY KEY, n int) PARTITION BY RANGE (id)",
		"CREATE TABLE public.orders_1 PARTITION OF public.orders FOR VALUES FROM (0) TO (10)",
		"CREATE TRIGGER audit_i_u_d AFTER INSERT OR UPDATE OR DELETE ON public.orders FOR EACH ROW EXECUTE FUNCTION audit.insert_update_delete_trigger()")
	m.start(t)
	require.Equal(t, []store.Fence{{Table: "public.orders", Recorder: store.RecorderTriggers}}, m.fences(t))
	m.beginAll(t)
	m.exec(t, "INSERT INTO public.orders VALUES (1)", "CREATE TABLE public.orders_2 PARTITION OF public.orders FOR VALUES FROM (10) TO (20)")
	time.Sleep(2 * m.lookInterval)
	m.exec(t, "INSERT INTO public.orders VALUES (11)", "UPDATE public.orders SET n = 1")
	require.Empty(t, m.settled(t))
	n, differences := m.compared(t)
	require.Empty(t, differences)
	require.EqualValues(t, 4, n)
}

func TestAWaitingCollectorLeavesThePublicationAlone(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	require.Eventually(t, func() bool { return m.pid(t) != 0 }, patience, 5*time.Millisecond)
	first := m.running
	require.ErrorContains(t, m.attempt(t), "is being read")
	m.stop(t)
	m.running = first
}

func TestMetricsOfAMigration(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	telemetry := componenttest.NewTelemetry()
	set := receivertest.NewNopSettings(componentType)
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	m.settings = &set
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	m.begin(t, "public.orders")
	m.compares(t)
	m.exec(t, "INSERT INTO public.orders VALUES (1), (2), (3)", "INSERT INTO audit.log (relation, op, id) VALUES ('public.orders', 'delete', '9')")
	m.transaction(t, "SET LOCAL session_replication_role = replica", "INSERT INTO public.orders VALUES (4)")
	m.settled(t)
	require.EqualValues(t, 4, sum(t, telemetry, metricHeld)[0].Value)
	results := map[string]int64{}
	for _, point := range sum(t, telemetry, metricParity) {
		result, _ := point.Attributes.Value("result")
		results[result.AsString()] = point.Value
	}
	require.Equal(t, map[string]int64{"equal": 3, "missing_audit_row": 1, "missing_activity": 1}, results)
	require.NoError(t, telemetry.Shutdown(t.Context()))
}
