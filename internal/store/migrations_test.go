package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// newMigration starts one that has one audit table and one audited table.
func newMigration(t *testing.T) (*Migrations, *Migration) {
	t.Helper()
	migrations := NewMigrations(pgtest.New(t))
	m, err := migrations.Start(t.Context(), "key", "audit to activity", MigrationSpec{RowsPerSecond: 5, Tables: []string{"public.*"}})
	require.NoError(t, err)
	require.NoError(t, migrations.Claim(t.Context(), "7/shop"))
	require.NoError(t, migrations.SaveDiscovered(t.Context(), m.ID,
		[]MigrationSource{{Name: "audit.log", RowsTotal: 10, Bytes: 1000, Definition: []byte(`{"shape": "mapped"}`)}},
		[]MigrationTable{{Name: "public.orders", Source: "audit.log"}}))
	m, err = migrations.Running(t.Context(), "7/shop")
	require.NoError(t, err)
	return migrations, m
}

func TestMigrationIsStartedOnce(t *testing.T) {
	t.Parallel()
	migrations, m := newMigration(t)
	require.Equal(t, MigrationDiscovered, m.Phase)
	require.InDelta(t, 5, m.Spec.RowsPerSecond, 0)
	require.Equal(t, "public.orders", m.Tables[0].Name)
	require.JSONEq(t, `{"shape": "mapped"}`, string(m.Sources[0].Definition))

	again, err := migrations.Start(t.Context(), "key", "another name", MigrationSpec{})
	require.NoError(t, err)
	require.Equal(t, m, again)

	// Another one waits for a Collector of another database.
	_, err = migrations.Start(t.Context(), "other", "other", MigrationSpec{})
	require.NoError(t, err)
	require.NoError(t, migrations.Claim(t.Context(), "7/shop"))
	all, err := migrations.List(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Empty(t, all[0].Database)
	_, err = migrations.Start(t.Context(), "third", "third", MigrationSpec{})
	require.ErrorIs(t, err, ErrMigrationRunning)
	ended, err := migrations.Command(t.Context(), all[0].ID, CommandAbort, 0, FinishOptions{})
	require.NoError(t, err)
	require.Equal(t, MigrationAborted, ended.Phase)
	require.False(t, ended.Running())
	_, err = migrations.Get(t.Context(), "none")
	require.ErrorIs(t, err, ErrNoMigration)
}

func TestCommandsAreForAState(t *testing.T) {
	t.Parallel()
	migrations, m := newMigration(t)
	ctx := t.Context()
	_, err := migrations.Command(ctx, m.ID, CommandPause, m.Revision+1, FinishOptions{})
	require.ErrorIs(t, err, ErrMigrationChanged)
	paused, err := migrations.Command(ctx, m.ID, CommandPause, m.Revision, FinishOptions{})
	require.NoError(t, err)
	require.True(t, paused.Paused)
	require.ErrorIs(t, migrations.Save(ctx, m), ErrMigrationChanged)

	var refused *RefusedCommandError
	for _, c := range []MigrationCommand{CommandPause, CommandCutover, CommandFinish} {
		_, err = migrations.Command(ctx, m.ID, c, 0, FinishOptions{})
		require.ErrorAs(t, err, &refused, c)
	}
	paused.Phase = MigrationShadowing
	require.NoError(t, migrations.Save(ctx, paused))
	m, err = migrations.Command(ctx, m.ID, CommandResume, 0, FinishOptions{})
	require.NoError(t, err)
	require.Contains(t, m.CutoverGate(), "comparison")
	m.VerifiedAt = time.Now()
	require.NoError(t, migrations.Save(ctx, m))

	key := int64(4)
	difference := Difference{Source: "audit.log", Table: "public.orders", Kind: DifferenceChanged, FoundBy: FoundByComparison, SourceKey: &key, ActivityID: model.ID{1}, Detail: "it differs"}
	for range 2 { // one that comes again is the same
		require.NoError(t, migrations.AddCompared(ctx, m.ID, map[string]int64{"public.orders": 3}, []Difference{difference}))
	}
	m, err = migrations.Get(ctx, m.ID)
	require.NoError(t, err)
	require.Contains(t, m.CutoverGate(), "1 row differs")
	require.Equal(t, int64(6), m.Tables[0].Compared)
	found, err := migrations.Differences(ctx, m.ID, 0)
	require.NoError(t, err)
	require.Equal(t, model.ID{1}, found[0].ActivityID)
	require.Equal(t, key, *found[0].SourceKey)

	m, err = migrations.Command(ctx, m.ID, CommandResume, 0, FinishOptions{})
	require.NoError(t, err)
	require.True(t, m.VerifiedAt.IsZero())
	require.Zero(t, m.Differing())
	m.VerifiedAt = time.Now()
	require.NoError(t, migrations.Save(ctx, m))
	m, err = migrations.Command(ctx, m.ID, CommandCutover, m.Revision, FinishOptions{})
	require.NoError(t, err)
	require.Equal(t, CommandCutover, m.Wanted)
	m, err = migrations.Command(ctx, m.ID, CommandAbort, 0, FinishOptions{})
	require.NoError(t, err)
	_, err = migrations.Command(ctx, m.ID, CommandRollback, 0, FinishOptions{})
	require.ErrorAs(t, err, &refused)

	no := false
	m.Phase, m.Success, m.Wanted = MigrationAborted, &no, ""
	require.NoError(t, migrations.Save(ctx, m))
	_, err = migrations.Command(ctx, m.ID, CommandAbort, 0, FinishOptions{})
	require.ErrorAs(t, err, &refused)
	running, err := migrations.Running(ctx, "7/shop")
	require.NoError(t, err)
	require.Nil(t, running)
}

func TestProgressOfASource(t *testing.T) {
	t.Parallel()
	migrations, m := newMigration(t)
	ctx := t.Context()
	require.NoError(t, migrations.BeginSource(ctx, m.ID, "audit.log", 1<<40))
	require.NoError(t, migrations.BeginSource(ctx, m.ID, "audit.log", 1<<41)) // once
	chunk := &MigrationChunk{Source: "audit.log", Pass: PassBackfill, StartedAt: time.Now(), LastKey: 7, Rows: 6, Written: 5, Skipped: 1, Rate: 10}
	require.NoError(t, migrations.SaveChunk(ctx, m.ID, chunk))
	m, err := migrations.Get(ctx, m.ID)
	require.NoError(t, err)
	s := m.Sources[0]
	require.Equal(t, uint64(1<<40), s.FirstXID)
	require.Equal(t, int64(7), *s.Position)
	require.Equal(t, int64(6), s.RowsDone)
	m.Phase = MigrationBackfilling
	require.InDelta(t, 2+78*0.6, m.Progress(), 0.01)

	// An error stays until somebody has looked at it.
	for chunk.LastKey, chunk.Error = 8, "a row makes no activity"; chunk.LastKey < 10; chunk.LastKey, chunk.Error = chunk.LastKey+1, "" {
		require.NoError(t, migrations.SaveChunk(ctx, m.ID, chunk))
	}
	m, err = migrations.Get(ctx, m.ID)
	require.NoError(t, err)
	require.Equal(t, "a row makes no activity", m.Sources[0].Error)
	m, err = migrations.Command(ctx, m.ID, CommandResume, 0, FinishOptions{})
	require.NoError(t, err)
	require.Empty(t, m.Sources[0].Error)

	chunk.Pass, chunk.LastKey = PassSweep, 3
	require.NoError(t, migrations.SaveChunk(ctx, m.ID, chunk))
	require.NoError(t, migrations.SetSourcePhase(ctx, m.ID, "audit.log", MigrationSweeping, "", true))
	m, err = migrations.Get(ctx, m.ID)
	require.NoError(t, err)
	require.Nil(t, m.Sources[0].Swept)
	require.Equal(t, MigrationSweeping, m.Sources[0].Phase)
}

func TestFencesAndJournal(t *testing.T) {
	t.Parallel()
	migrations, m := newMigration(t)
	ctx := t.Context()
	for _, f := range []Fence{
		{"public.orders", 0, RecorderTriggers, ""}, {"public.orders", 1 << 40, RecorderLog, m.ID}, {"public.orders", 1 << 40, RecorderLog, m.ID},
	} {
		require.NoError(t, migrations.SaveFence(ctx, "7/shop", f))
	}
	fences, err := migrations.Fences(ctx, "7/shop")
	require.NoError(t, err)
	require.Equal(t, []Fence{{"public.orders", 0, RecorderTriggers, ""}, {"public.orders", 1 << 40, RecorderLog, m.ID}}, fences)
	require.NoError(t, migrations.NoteFence(ctx, m.ID, "public.orders", 20*time.Millisecond, 2, ""))
	m, err = migrations.Get(ctx, m.ID)
	require.NoError(t, err)
	require.Equal(t, RecorderLog, m.Tables[0].Recorder)
	require.Equal(t, uint64(1<<40), m.Tables[0].FenceLSN)
	require.Equal(t, 20*time.Millisecond, m.Tables[0].LockTime)

	entry := JournalEntry{Table: "public.orders", CommitLSN: 1<<40 + 5, CommittedAt: time.UnixMicro(5).UTC(), XID: 9, Operation: "insert", New: []byte(`{"id": "1"}`)}
	for range 2 {
		require.NoError(t, migrations.AppendJournal(ctx, m.ID, []JournalEntry{entry}))
	}
	entries, err := migrations.Journal(ctx, m.ID, "public.orders", 1<<40, 0, 10)
	require.NoError(t, err)
	require.Len(t, entries, 1)
	require.Equal(t, entry.CommitLSN, entries[0].CommitLSN)
	require.JSONEq(t, `{"id": "1"}`, string(entries[0].New))
	require.Nil(t, entries[0].Old)
	require.NoError(t, migrations.DropJournal(ctx, m.ID, ""))

	require.NoError(t, migrations.AddRestored(ctx, "7/shop", "audit.log", []int64{3, 9}))
	restored, err := migrations.Restored(ctx, "7/shop", "audit.log", 3, 9)
	require.NoError(t, err)
	require.Equal(t, map[int64]bool{9: true}, restored)
}
