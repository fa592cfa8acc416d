package postgreswalreceiver

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// begin starts a migration of tables whose audit table is audit.log.
func (m *migrating) begin(t *testing.T, tables ...string) *store.Migration {
	t.Helper()
	source := audit.Source{Shape: audit.Mapped, Schema: "audit", Name: "log", Key: "n", Map: ownMap}
	var moved []store.MigrationTable
	for _, name := range tables {
		table := audit.Table{Schema: "public", Name: strings.TrimPrefix(name, "public."), PrimaryKey: []string{"id"}, Triggers: []audit.Trigger{{Name: "audits", Enabled: "O"}}}
		require.NoError(t, m.pool.QueryRow(t.Context(), "SELECT $1::regclass::oid", name).Scan(&table.OID))
		source.Tables = append(source.Tables, table)
		moved = append(moved, store.MigrationTable{Name: name, Source: "audit.log"})
	}
	return m.beginOf(t, &source, moved)
}

func (m *migrating) beginOf(t *testing.T, source *audit.Source, tables []store.MigrationTable) *store.Migration {
	t.Helper()
	definition, err := json.Marshal(source)
	require.NoError(t, err)
	made, err := m.migrations.Start(t.Context(), t.Name(), "off triggers", store.MigrationSpec{})
	require.NoError(t, err)
	_, err = m.migrations.Command(t.Context(), made.ID, store.CommandPause, 0, store.FinishOptions{}) // the test carries it out
	require.NoError(t, err)
	require.NoError(t, m.migrations.Claim(t.Context(), m.database(t)))
	require.NoError(t, m.migrations.SaveDiscovered(t.Context(), made.ID, []store.MigrationSource{{Name: source.String(), Definition: definition}}, tables))
	return m.state(t)
}

// state is the migration that runs.
func (m *migrating) state(t *testing.T) *store.Migration {
	t.Helper()
	running, err := m.migrations.Running(t.Context(), m.database(t))
	require.NoError(t, err)
	require.NotNil(t, running)
	return running
}

// journalOf is what was kept of a table, short.
func (m *migrating) journalOf(t *testing.T, migration, table string) []string {
	t.Helper()
	entries, err := m.migrations.Journal(t.Context(), migration, table, 0, -1, 1000)
	require.NoError(t, err)
	var lines []string
	for _, e := range entries {
		lines = append(lines, strings.Join([]string{e.Operation, string(e.Old), string(e.New)}, " "))
	}
	return lines
}

func TestTheJournalHasWholeRows(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.*"), func(c *Config) {
		c.MaxValueBytes = 5000
		c.Publication.Columns = ColumnsConfig{Omit: []string{"*.*.secret"}, Mask: []string{"*.*.masked"}}
	})
	m.exec(t, ownAudit,
		"CREATE TABLE public.orders (id int PRIMARY KEY, doc jsonb, old json, secret text, masked text, large text, huge text, amount numeric)", audits("public.orders"),
		"ALTER TABLE public.orders REPLICA IDENTITY FULL", "ALTER TABLE public.orders ALTER large SET STORAGE EXTERNAL, ALTER huge SET STORAGE EXTERNAL",
		"CREATE TABLE public.keyed (id int PRIMARY KEY, v text)", audits("public.keyed"))
	m.start(t)
	migration := m.begin(t, "public.orders", "public.keyed")
	m.exec(t, "INSERT INTO public.orders (id) VALUES (0)")
	m.fence(t, migration.ID, "public.orders", store.RecorderLog)
	m.fence(t, migration.ID, "public.keyed", store.RecorderLog)
	m.exec(t,
		`INSERT INTO public.orders VALUES (1, '{"b": 1, "a": "\"é\""}', '{"x":"\u0000"}', 's"1', 'm', repeat('l', 3000), repeat('h', 6000), 12.50)`,
		`UPDATE public.orders SET amount = NULL, old = '[1]' WHERE id = 1`,
		"DELETE FROM public.orders WHERE id = 1",
		"INSERT INTO public.keyed VALUES (1, 'a')", "UPDATE public.keyed SET v = 'b'", "UPDATE public.keyed SET id = 2", "DELETE FROM public.keyed", "TRUNCATE public.keyed")
	m.settled(t)
	m.wait(t, 8)
	large := strings.Repeat("l", 3000)
	whole := `{"id": "1", "doc": {"a": "\"é\"", "b": 1}, "large": "` + large + `", "amount": "12.50", "masked": "m", "secret": "s\"1"}`
	changed := `{"id": "1", "doc": {"a": "\"é\"", "b": 1}, "old": [1], "large": "` + large + `", "amount": null, "masked": "m", "secret": "s\"1"}`
	require.Equal(t, []string{"insert  " + whole, "update " + whole + " " + changed, "delete " + changed + " "}, m.journalOf(t, migration.ID, "public.orders"))
	require.Equal(t, []string{
		`insert  {"v": "a", "id": "1"}`, `update  {"v": "b", "id": "1"}`, `update {"id": "1"} {"v": "b", "id": "2"}`, `delete {"id": "2"} `, "truncate  ",
	}, m.journalOf(t, migration.ID, "public.keyed"))

	// It ends with the triggers, and begins again where it was after a restart.
	m.fence(t, migration.ID, "public.keyed", store.RecorderTriggers)
	m.exec(t, "INSERT INTO public.keyed VALUES (5, 'a')")
	m.stop(t)
	m.exec(t, "INSERT INTO public.orders (id) VALUES (7)")
	m.start(t)
	m.settled(t)
	m.wait(t, 9)
	require.Len(t, m.journalOf(t, migration.ID, "public.keyed"), 5)
	require.Len(t, m.journalOf(t, migration.ID, "public.orders"), 4)
}

func TestNoJournalWithoutARunningMigration(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	m.fence(t, "an earlier one", "public.orders", store.RecorderLog)
	migration := m.begin(t, "public.orders")
	m.exec(t, "INSERT INTO public.orders VALUES (1)")
	m.settled(t)
	m.wait(t, 1)
	require.Empty(t, m.journalOf(t, migration.ID, "public.orders"))
	require.Empty(t, m.journalOf(t, "an earlier one", "public.orders"))
}

func TestTheJournalIsKeptBeforeItIsConfirmed(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	migration := m.begin(t, "public.orders")
	m.fence(t, migration.ID, "public.orders", store.RecorderLog)
	m.settled(t)
	trail := pgtest.Pool(t, m.trail)
	_, err := trail.Exec(t.Context(), "ALTER TABLE activity.migration_journal RENAME TO away")
	require.NoError(t, err)
	m.exec(t, "INSERT INTO public.orders VALUES (1)")
	require.Eventually(t, func() bool { return len(m.sink.all()) > 1 }, patience, m.lookInterval, "it doesn't come again")
	_, err = trail.Exec(t.Context(), "ALTER TABLE activity.away RENAME TO migration_journal")
	require.NoError(t, err)
	m.settled(t)
	require.Len(t, m.journalOf(t, migration.ID, "public.orders"), 1)
	m.waitForIDs(t, 1)
}

func TestAuditTablesArePublishedWhileAMigrationRuns(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"), func(c *Config) { c.Publication.Tables.Include = []string{"public.orders"} })
	m.exec(t, ownAudit, "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	require.False(t, m.publishes(t, "log"))
	m.begin(t, "public.orders")
	require.Eventually(t, func() bool { return m.publishes(t, "log") }, patience, m.lookInterval)
	m.exec(t, "INSERT INTO public.orders VALUES (1)", "DELETE FROM audit.log")
	require.Empty(t, m.settled(t), "its rows are no activities")
	migration := m.state(t)
	migration.Phase = store.MigrationAborted
	ok := true
	migration.Success = &ok
	require.NoError(t, m.migrations.Save(t.Context(), migration))
	_, err := pgtest.Pool(t, m.trail).Exec(t.Context(), "UPDATE activity.migration SET ended_at = now()")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return !m.publishes(t, "log") }, patience, m.lookInterval)
	require.True(t, m.publishes(t, "orders"))
}

func TestAnAuditTableThatCantBePublished(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t), holding("public.orders"))
	m.exec(t, ownAudit, "ALTER TABLE audit.log DROP CONSTRAINT log_pkey", "CREATE TABLE public.orders (id int PRIMARY KEY)", audits("public.orders"))
	m.start(t)
	m.begin(t, "public.orders")
	m.exec(t, "INSERT INTO public.orders VALUES (1)")
	require.Eventually(t, func() bool { return m.running.handover.shadow.Load().migration != "" }, patience, m.lookInterval)
	m.exec(t, "DELETE FROM audit.log")
	require.Empty(t, m.settled(t))
	require.False(t, m.publishes(t, "log"))
}
