package migration

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/store"
)

func TestBackfillBringsEachAuditRowOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{})
	s.orders(t, 1, 20)
	s.exec(t, "UPDATE public.orders SET state = 'paid' WHERE id <= 5", "DELETE FROM public.orders WHERE id = 3")
	s.begin(t)
	s.step(t)
	s.restart(t) // a crash
	s.step(t)
	s.until(t, store.MigrationShadowing)
	require.Equal(t, 26, count(t, s.trail, activities))

	// Who dies before the progress is noted does the chunk again.
	_, err := s.trail.Exec(t.Context(), "UPDATE activity.migration_source SET position = 2")
	require.NoError(t, err)
	s.orders(t, 21, 22)
	for range 20 {
		s.step(t)
	}
	require.Equal(t, 28, count(t, s.trail, activities))
	m := s.migration(t)
	require.Equal(t, int64(28), m.Compared)
	require.Empty(t, m.CutoverGate())

	var action, entity, before, after string
	var at time.Time
	require.NoError(t, s.trail.QueryRow(t.Context(), `SELECT action, entity_id, changes -> 'before' ->> 'state', changes -> 'after' ->> 'state', occurred_at
		FROM activity.activity WHERE attributes ->> 'activity.migration.key' = '21'`).Scan(&action, &entity, &before, &after, &at))
	require.Equal(t, []string{"orders.update", "1", "new", "paid"}, []string{action, entity, before, after})
	require.Equal(t, 1, count(t, s.application, "SELECT count(*) FROM audit.record_version WHERE id = 21 AND ts = $1", at))
}

// Rows of tables that are left out stay with their triggers.
func TestBackfillLeavesOtherTablesOut(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{Exclude: []string{"public.users"}},
		"CREATE TABLE public.users (id bigint PRIMARY KEY)", audittest.Enable("supa_audit", "public", "users"))
	s.orders(t, 1, 5)
	s.exec(t, "INSERT INTO public.users SELECT generate_series(1, 7)")
	s.begin(t)
	s.until(t, store.MigrationShadowing)
	for range 3 {
		s.step(t)
	}
	require.Equal(t, 5, count(t, s.trail, activities))
	require.Zero(t, s.migration(t).Differing())
	require.Len(t, s.migration(t).Tables, 1)
}

// A partition that is new since the tables were found is a part of its table.
func TestBackfillKnowsNewPartitions(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{}, "CREATE TABLE public.visits (id bigint PRIMARY KEY) PARTITION BY RANGE (id)",
		"CREATE TABLE public.visits_1 PARTITION OF public.visits FOR VALUES FROM (0) TO (10)", audittest.Enable("supa_audit", "public", "visits"))
	s.exec(t, "INSERT INTO public.visits VALUES (1)", "CREATE TABLE public.visits_2 PARTITION OF public.visits FOR VALUES FROM (10) TO (20)",
		"INSERT INTO public.visits VALUES (11)")
	s.begin(t)
	s.until(t, store.MigrationShadowing)
	require.Equal(t, 2, count(t, s.trail, activities+" WHERE entity_type = 'visits' AND entity_id IN ('1', '11')"))
}

// Keys are given before transactions commit: the one that commits late is passed by.
func TestSweepBringsInWhatCommittedLate(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{})
	s.orders(t, 1, 5)
	late, err := s.application.Begin(t.Context())
	require.NoError(t, err)
	_, err = late.Exec(t.Context(), "INSERT INTO public.orders (id, state) VALUES (100, 'late')")
	require.NoError(t, err)
	s.orders(t, 6, 20)
	s.begin(t)
	s.until(t, store.MigrationShadowing)
	require.NoError(t, late.Commit(t.Context()))
	require.Equal(t, 20, count(t, s.trail, activities))

	require.NoError(t, s.state.SetSourcePhase(t.Context(), s.id, "audit.record_version", store.MigrationSweeping, "", true))
	s.to(t, store.MigrationSweeping)
	s.until(t, store.MigrationVerified)
	require.Equal(t, 21, count(t, s.trail, activities))
	require.Zero(t, s.migration(t).Differing())
}

// A comparison while triggers still write doesn't take what commits late for a difference.
func TestComparisonWhileTriggersWrite(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{})
	s.begin(t)
	late, err := s.application.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = late.Rollback(t.Context()) }()
	_, err = late.Exec(t.Context(), "INSERT INTO public.orders (id, state) VALUES (100, 'late')")
	require.NoError(t, err)
	s.orders(t, 1, 20)
	s.until(t, store.MigrationShadowing)
	require.NoError(t, late.Commit(t.Context()))
	s.step(t)
	m := s.migration(t)
	require.Zero(t, m.Differing())
	require.Equal(t, int64(21), m.Compared)
}

func TestPauseAndCommands(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{})
	s.orders(t, 1, 9)
	s.begin(t)
	s.step(t)
	_, err := s.state.Command(t.Context(), s.id, store.CommandPause, 0, store.FinishOptions{})
	require.NoError(t, err)
	for range 5 {
		require.False(t, s.step(t))
	}
	require.Equal(t, 3, count(t, s.trail, activities))
	_, err = s.state.Command(t.Context(), s.id, store.CommandResume, 0, store.FinishOptions{})
	require.NoError(t, err)
	s.until(t, store.MigrationShadowing)
	require.Equal(t, 9, count(t, s.trail, activities))

	_, err = s.state.Command(t.Context(), s.id, store.CommandAbort, 0, store.FinishOptions{})
	require.NoError(t, err)
	s.until(t, store.MigrationAborted)
	require.Equal(t, 9, count(t, s.application, auditRows))
	require.False(t, *s.migration(t).Success)
}

func TestOnlyOneLeads(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{})
	conn, err := pgx.ConnectConfig(t.Context(), s.trail.Config().ConnConfig)
	require.NoError(t, err)
	defer func() { _ = conn.Close(t.Context()) }()
	var leads bool
	require.NoError(t, conn.QueryRow(t.Context(), leadSQL, database).Scan(&leads))
	require.True(t, leads)
	require.NoError(t, s.runner.lead(t.Context())) // it doesn't, and so returns at once
}
