package migration

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/store"
)

// What the log alone has goes into the audit table once, however often it is tried, and
// isn't taken for something new.
func TestWhatTheTriggersMissedIsPutBackOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, store.MigrationSpec{})
	s.orders(t, 1, 4)
	s.begin(t)
	s.until(t, store.MigrationShadowing)
	at := time.Now().Truncate(time.Microsecond)
	require.NoError(t, s.state.AppendJournal(t.Context(), s.id, []store.JournalEntry{
		{Table: "public.orders", CommitLSN: 10, CommittedAt: at, XID: 5, Operation: "insert", New: []byte(`{"id": "5", "state": "new", "at": "2026-01-02 03:04:05+00"}`)},
		{Table: "public.orders", CommitLSN: 10, CommittedAt: at, XID: 5, Ordinal: 1, Operation: "update", Old: []byte(`{"id": "5", "state": "new", "at": null}`), New: []byte(`{"id": "5", "state": "paid", "at": null}`)},
		{Table: "public.orders", CommitLSN: 20, CommittedAt: at, XID: 6, Operation: "delete", Old: []byte(`{"id": "5", "state": "paid", "at": null}`)},
	}))
	m := s.migration(t)
	tables, err := auditedTables(m)
	require.NoError(t, err)
	fenced, err := s.runner.fence(t.Context(), m, tables[0], store.RecorderTriggers)
	require.NoError(t, err)
	require.True(t, fenced)
	entries, err := s.state.Journal(t.Context(), s.id, "public.orders", 0, -1, 10)
	require.NoError(t, err)
	require.NoError(t, s.runner.putBackPiece(t.Context(), m, tables[0], entries))
	// A crash before the trail knows of it.
	_, err = s.trail.Exec(t.Context(), "DELETE FROM activity.migration_restored")
	require.NoError(t, err)
	require.NoError(t, s.runner.putBack(t.Context(), m, tables[0]))

	require.Equal(t, 7, count(t, s.application, auditRows))
	require.Equal(t, 3, count(t, s.application, "SELECT count(*) FROM audit.record_version WHERE ts = $1", at))
	require.Equal(t, 1, count(t, s.application, "SELECT count(*) FROM audit.record_version WHERE record ->> 'state' = 'paid' AND old_record ->> 'state' = 'new' AND record -> 'id' = '5'"))
	entries, err = s.state.Journal(t.Context(), s.id, "public.orders", 0, -1, 10)
	require.NoError(t, err)
	require.Empty(t, entries)

	s.orders(t, 6, 6)
	for range 5 {
		s.step(t)
	}
	require.Equal(t, 5, count(t, s.trail, activities))
	require.Zero(t, s.migration(t).Differing())
}
