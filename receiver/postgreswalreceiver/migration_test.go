package postgreswalreceiver

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// TestAMigrationFromBeginningToEnd has the migration itself carry it out.
func TestAMigrationFromBeginningToEnd(t *testing.T) {
	t.Parallel()
	m := newMigrating(t, pgtest.NewDSN(t))
	m.exec(t, audittest.SupaAuditSQL, "CREATE TABLE public.orders (id int PRIMARY KEY, n int)", "ALTER TABLE public.orders REPLICA IDENTITY FULL", audittest.Enable("supa_audit", "public", "orders"),
		"INSERT INTO public.orders SELECT i, i FROM generate_series(1, 50) AS i")
	m.start(t)
	started, err := m.migrations.Start(t.Context(), "key", "off triggers", store.MigrationSpec{})
	require.NoError(t, err)
	reaches := func(phase store.MigrationPhase) {
		t.Helper()
		var now *store.Migration
		require.Eventually(t, func() bool {
			now, err = m.migrations.Get(t.Context(), started.ID)
			return err == nil && now.Phase == phase
		}, patience, 20*time.Millisecond, "%+v", now)
	}
	reaches(store.MigrationShadowing)
	m.compares(t)
	m.exec(t, "UPDATE public.orders SET n = n + 1")
	require.Empty(t, m.settled(t))
	require.Eventually(t, func() bool {
		now, err := m.migrations.Get(t.Context(), started.ID)
		require.NoError(t, err)
		return now.CutoverGate() == ""
	}, patience, 20*time.Millisecond)
	_, err = m.migrations.Command(t.Context(), started.ID, store.CommandCutover, 0, store.FinishOptions{})
	require.NoError(t, err)
	reaches(store.MigrationVerified)
	m.exec(t, "INSERT INTO public.orders VALUES (100, 1)", "DELETE FROM public.orders WHERE id = 3")
	require.Equal(t, []string{`orders.insert 100 after{"id":100,"n":1}`, `orders.delete 3 before{"id":3,"n":4}`}, describe(m.wait(t, 2)))
	m.settled(t)
	_, err = m.migrations.Command(t.Context(), started.ID, store.CommandRollback, 0, store.FinishOptions{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		now, err := m.migrations.Get(t.Context(), started.ID)
		require.NoError(t, err)
		return now.Paused && now.Wanted == ""
	}, patience, 20*time.Millisecond)
	var rows int
	require.NoError(t, m.pool.QueryRow(t.Context(), "SELECT count(*) FROM audit.record_version").Scan(&rows))
	require.Equal(t, 50+50+2, rows, "what the log recorded was put back")
	m.exec(t, "INSERT INTO public.orders VALUES (200, 1)")
	m.settled(t)
	m.wait(t, 2)
	n, differences := m.compared(t)
	require.Empty(t, differences)
	require.EqualValues(t, 51, n)
}
