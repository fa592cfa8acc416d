package postgreswalreceiver

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
	"github.com/otel-activity/otel-activity/receiver/postgreswalreceiver/internal/pgoutput"
)

// beginAll starts a migration of what there is, and waits until it is compared.
func (m *migrating) beginAll(t *testing.T) {
	t.Helper()
	found, err := audit.Discover(t.Context(), m.pool, audit.Options{})
	require.NoError(t, err)
	require.Len(t, found, 1)
	var tables []store.MigrationTable
	for i := range found[0].Tables {
		tables = append(tables, store.MigrationTable{Name: found[0].Tables[i].String(), Source: found[0].String()})
	}
	m.beginOf(t, &found[0], tables)
	m.compares(t)
}

// compares waits until all transactions that begin are compared.
func (m *migrating) compares(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return len(m.running.handover.shadow.Load().pairs) > 0 }, patience, m.lookInterval)
}

// compared is how many changes were compared, and what differed.
func (m *migrating) compared(t *testing.T) (n int64, differences []string) {
	t.Helper()
	now := m.state(t)
	for i := range now.Tables {
		n += now.Tables[i].Compared
	}
	found, err := m.migrations.Differences(t.Context(), now.ID, 0)
	require.NoError(t, err)
	for i := range found {
		d := &found[i]
		require.Equal(t, "parity", d.FoundBy)
		require.NotZero(t, d.LSN)
		require.WithinDuration(t, time.Now(), d.OccurredAt, time.Minute)
		what, _, _ := strings.Cut(d.Detail, " in transaction")
		differences = append(differences, strings.Join([]string{d.Kind, d.Source, d.Table, what}, " "))
	}
	return n, differences
}

var installs = map[string]string{
	"supa_audit":    audittest.SupaAuditSQL,
	"audit_trigger": audittest.AuditTriggerSQL,
	"tablelog":      audittest.TableLogSQL,
}

func TestTriggersAndLogAgree(t *testing.T) {
	t.Parallel()
	for shape, install := range installs {
		for _, identity := range []string{"DEFAULT", "FULL"} {
			t.Run(shape+identity, func(t *testing.T) {
				t.Parallel()
				m := newMigrating(t, pgtest.NewDSN(t))
				m.exec(t, install,
					"CREATE TABLE public.orders (region text, id int, note text, n int, PRIMARY KEY (region, id))",
					"ALTER TABLE public.orders REPLICA IDENTITY "+identity, audittest.Enable(shape, "public", "orders"))
				m.start(t)
				m.beginAll(t)
				m.exec(t, "INSERT INTO public.orders SELECT 'eu,west', i, 'x', i FROM generate_series(1, 10) AS i", "UPDATE public.orders SET n = n")
				m.transaction(t,
					"INSERT INTO public.orders VALUES ('us', 1, NULL, 1)", "UPDATE public.orders SET n = n + 1", "UPDATE public.orders SET n = n + 1 WHERE id < 3",
					"SAVEPOINT s", "DELETE FROM public.orders", "ROLLBACK TO s",
					"UPDATE public.orders SET id = id + 100", "DELETE FROM public.orders WHERE id = 101", "UPDATE public.orders SET n = 0 WHERE id = 105")
				m.exec(t, "TRUNCATE public.orders")
				require.Empty(t, m.settled(t))
				n, differences := m.compared(t)
				require.Empty(t, differences)
				require.EqualValues(t, 10+10+1+11+3+11+2+1+1, n)
			})
		}
	}
}

func TestWhatOnlyOneSideHasIsNamed(t *testing.T) {
	t.Parallel()
	for shape, install := range installs {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			m := newMigrating(t, pgtest.NewDSN(t))
			m.exec(t, install, "CREATE TABLE public.orders (id int PRIMARY KEY, n int)", "ALTER TABLE public.orders REPLICA IDENTITY FULL", audittest.Enable(shape, "public", "orders"))
			m.start(t)
			m.beginAll(t)
			source := m.state(t).Sources[0].Name
			m.exec(t, "INSERT INTO public.orders VALUES (1, 1), (2, 2)")
			m.transaction(t, "SET LOCAL session_replication_role = replica", "INSERT INTO public.orders VALUES (3, 3)", "UPDATE public.orders SET n = 9 WHERE id = 1", "DELETE FROM public.orders WHERE id = 2")
			m.exec(t, "CREATE TABLE public.copy AS TABLE "+source, "DELETE FROM "+source)
			m.settled(t)
			m.exec(t, "INSERT INTO "+source+" SELECT * FROM public.copy")
			m.settled(t)
			n, differences := m.compared(t)
			require.EqualValues(t, 5, n)
			require.ElementsMatch(t, []string{
				"missing_audit_row " + source + " public.orders insert of 3",
				"missing_audit_row " + source + " public.orders update of 1",
				"missing_audit_row " + source + " public.orders delete of 2",
				"missing_activity " + source + " public.orders insert of 1",
				"missing_activity " + source + " public.orders insert of 2",
			}, differences)
		})
	}
}

// TestATransactionThatBeganBeforeIsNotCompared is of one that has written what wasn't
// published, and goes on when it is.
func TestATransactionThatBeganBeforeIsNotCompared(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t))
	m.exec(t, audittest.SupaAuditSQL, "CREATE TABLE public.orders (id int PRIMARY KEY)", audittest.Enable("supa_audit", "public", "orders"))
	m.start(t)
	tx, err := m.pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), "INSERT INTO public.orders VALUES (1)")
	require.NoError(t, err)
	m.beginAll(t)
	_, err = tx.Exec(t.Context(), "INSERT INTO public.orders VALUES (2)")
	require.NoError(t, err)
	m.exec(t, "INSERT INTO public.orders VALUES (3)")
	require.NoError(t, tx.Commit(t.Context()))
	m.settled(t)
	n, differences := m.compared(t)
	require.Empty(t, differences)
	require.EqualValues(t, 1, n)
}

// TestNothingDiffersWhileAMigrationComesAndGoes starts and ends one under load, and hands
// the table over and back.
func TestNothingDiffersWhileAMigrationComesAndGoes(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id bigserial PRIMARY KEY, n int)", "ALTER TABLE public.orders REPLICA IDENTITY FULL", audits("public.orders"))
	m.start(t)
	var writers sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		writers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := pgx.BeginFunc(t.Context(), m.pool, func(tx pgx.Tx) error {
					for _, statement := range []string{"INSERT INTO public.orders (n) VALUES (1), (2)", "UPDATE public.orders SET n = n + 1 WHERE id = (SELECT max(id) FROM public.orders WHERE n = 2)", "SELECT pg_catalog.pg_sleep(0.01)", "INSERT INTO public.orders (n) VALUES (3)"} {
						if _, err := tx.Exec(t.Context(), statement); err != nil {
							return err
						}
					}
					return nil
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	migration := m.begin(t, "public.orders")
	m.compares(t)
	time.Sleep(200 * time.Millisecond)
	m.fence(t, migration.ID, "public.orders", store.RecorderLog)
	time.Sleep(100 * time.Millisecond)
	m.fence(t, migration.ID, "public.orders", store.RecorderTriggers)
	m.exec(t, "SELECT pg_catalog.pg_terminate_backend(active_pid) FROM pg_catalog.pg_replication_slots WHERE slot_name = '"+m.config.Slot.Name+"'")
	time.Sleep(300 * time.Millisecond)
	m.settled(t)
	n, differences := m.compared(t)
	require.Empty(t, differences)
	require.NotZero(t, n)

	_, err := pgtest.Pool(t, m.trail).Exec(t.Context(), "UPDATE activity.migration SET phase = 'aborted', success = true, ended_at = now()")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return !m.publishes(t, "log") }, patience, m.lookInterval)
	time.Sleep(100 * time.Millisecond)
	close(stop)
	writers.Wait()
	m.settled(t)
	found, err := m.migrations.Differences(t.Context(), migration.ID, 0)
	require.NoError(t, err)
	require.Empty(t, found)
}

func TestRestoredAuditRowsAreNotCompared(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	migration := m.begin(t, "public.orders")
	m.compares(t)
	m.transaction(t, "INSERT INTO audit.log (relation, op, id) VALUES ('public.orders', 'insert', '1')",
		fmt.Sprintf(`SELECT pg_catalog.pg_logical_emit_message(true, 'activity.migration', '{"migration":"%s","restoring":true}')`, migration.ID))
	m.exec(t, "INSERT INTO public.orders VALUES (2)")
	m.settled(t)
	n, differences := m.compared(t)
	require.Empty(t, differences)
	require.EqualValues(t, 1, n)
}

// TestAWordThatNobodyKnows is of audit rows that can't be told apart.
func TestAWordThatNobodyKnows(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, strings.Replace(ownAudit, "lower(TG_OP)", "'did ' || TG_OP", 1), "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	m.begin(t, "public.orders")
	m.compares(t)
	m.exec(t, "INSERT INTO public.orders VALUES (1)")
	m.settled(t)
	_, differences := m.compared(t)
	require.Empty(t, differences)
}

func TestManyChangesAreCounted(t *testing.T) {
	t.Parallel()
	orders := &relation{name: "public.orders", columns: []column{{name: "id"}}, key: []int{0}}
	p := parity{most: 3}
	of := &source{Source: audit.Source{Shape: audit.SupaAudit, Schema: "audit", Name: "log"}}
	orders.side.pairs = []pair{{source: of, certain: [numOperations]bool{opInsert: true, opUpdate: true}}}
	p.begin()
	for id := range 10 {
		p.changed(orders, opInsert, inserted(strconv.Itoa(id)), 7)
	}
	for id := range 8 {
		p.add(changeKey{source: of, table: "public.orders", op: opInsert, id: strconv.Itoa(id)}, tally{net: -1})
	}
	found := p.differences(&identity{xid: 7, commit: 0x16B2D8})
	require.Len(t, found, 1)
	require.Equal(t, "insert, 2 times in transaction 7 at 0/16B2D8; it has more than 3 changes, which are counted by table and operation", found[0].Detail)
	p.begin()
	require.Empty(t, p.differences(&identity{}))
}

func TestTransactionNumbersWrapAround(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		since uint64
		xid   uint32
		after bool
	}{
		{1000, 1000, false},
		{1000, 1001, true},
		{1000, 999, false},
		{5<<32 - 10, 3, true},
		{5<<32 + 3, 1<<32 - 10, false},
	} {
		p := pair{since: c.since}
		require.Equal(t, c.after, p.covers(c.xid), c)
	}
}

func inserted(id string) *pgoutput.Message {
	return &pgoutput.Message{New: []pgoutput.Value{{Text: []byte(id), Size: len(id), State: pgoutput.Text}}}
}

// TestOneDatabase has the trail where the application is.
func TestOneDatabase(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewDSN(t)
	m := &migrating{trail: dsn, migrations: store.NewMigrations(pgtest.Pool(t, dsn))}
	m.site = newSiteAt(t, dsn, func(c *Config) {
		c.Migration.Trail = configopaque.String(dsn)
		c.Publication.Tables.Include = []string{"*.*"}
	})
	m.lookInterval = 50 * time.Millisecond
	m.exec(t, audittest.SupaAuditSQL, "CREATE TABLE public.orders (id int PRIMARY KEY)", audittest.Enable("supa_audit", "public", "orders"))
	m.start(t)
	m.beginAll(t)
	m.exec(t, "INSERT INTO public.orders VALUES (1)")
	require.Empty(t, m.settled(t))
	n, differences := m.compared(t)
	require.Empty(t, differences)
	require.EqualValues(t, 1, n)
}
