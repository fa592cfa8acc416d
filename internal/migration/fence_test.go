package migration

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/store"
)

func (s *site) enabled(t *testing.T) (states string) {
	t.Helper()
	require.NoError(t, s.application.QueryRow(t.Context(), `SELECT string_agg(tgenabled::text, '' ORDER BY tgname)
		FROM pg_catalog.pg_trigger WHERE tgrelid = 'public.orders'::regclass AND NOT tgisinternal`).Scan(&states))
	return states
}

func TestFenceSwitchesTheTriggers(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{})
	s.exec(t, "SELECT pg_catalog.pg_create_logical_replication_slot('fence', 'test_decoding')")
	t.Cleanup(func() { _, _ = s.application.Exec(t.Context(), "SELECT pg_catalog.pg_drop_replication_slot('fence')") })
	m := s.migration(t)
	tables, err := auditedTables(m)
	require.NoError(t, err)
	before := s.enabled(t)

	fenced, err := s.runner.fence(t.Context(), m, tables[0], store.RecorderLog)
	require.NoError(t, err)
	require.True(t, fenced)
	require.Equal(t, strings.Repeat("D", len(before)), s.enabled(t))
	s.orders(t, 1, 1)
	require.Zero(t, count(t, s.application, auditRows))

	fenced, err = s.runner.fence(t.Context(), m, tables[0], store.RecorderTriggers)
	require.NoError(t, err)
	require.True(t, fenced)
	require.Equal(t, before, s.enabled(t))
	s.orders(t, 2, 2)
	require.Equal(t, 1, count(t, s.application, auditRows))
	require.Equal(t, 2, count(t, s.application, `SELECT count(*) FROM pg_catalog.pg_logical_slot_peek_changes('fence', NULL, NULL)
		WHERE data LIKE 'message: transactional: 1 prefix: activity.migration%"table":"public.orders"%'`))
}

// A fence doesn't wait for its table longer than it may: everybody waits behind it.
func TestFenceGivesUpInTime(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{})
	m := s.migration(t)
	tables, err := auditedTables(m)
	require.NoError(t, err)
	writer, err := s.application.Begin(t.Context())
	require.NoError(t, err)
	_, err = writer.Exec(t.Context(), "INSERT INTO public.orders (id) VALUES (1)")
	require.NoError(t, err)

	began := time.Now()
	fenced, err := s.runner.fence(t.Context(), m, tables[0], store.RecorderLog)
	require.NoError(t, err)
	require.False(t, fenced)
	require.Less(t, time.Since(began), 5*time.Second)
	m = s.migration(t)
	require.Contains(t, m.Tables[0].Error, "lock timeout")
	require.GreaterOrEqual(t, m.Tables[0].LockTime, s.runner.LockTimeout)

	require.NoError(t, writer.Commit(t.Context()))
	fenced, err = s.runner.fence(t.Context(), m, tables[0], store.RecorderLog)
	require.NoError(t, err)
	require.True(t, fenced)
	require.Empty(t, s.migration(t).Tables[0].Error)
}
