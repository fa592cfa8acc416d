package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// moved is a trail whose migrations a test plays the Collector for.
type moved struct {
	t          *testing.T
	dsn        string
	migrations *store.Migrations
}

func newMoved(t *testing.T) *moved {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	return &moved{t: t, dsn: dsn, migrations: store.NewMigrations(pgtest.Pool(t, dsn))}
}

func (m *moved) run(command string, args ...string) outcome {
	m.t.Helper()
	return execute(m.t, append([]string{"migration", command, "--dsn", m.dsn}, args...)...)
}

func (m *moved) start(args ...string) (id string) {
	m.t.Helper()
	got := m.run("start", append([]string{"--name", "off audit triggers", "--shadow", "0s"}, args...)...)
	require.Equal(m.t, exitOK, got.status, got.stderr)
	return strings.TrimSpace(got.stdout)
}

// found is what the Collector has found: two audit tables, one of them read for a while.
func (m *moved) found(id string) {
	m.t.Helper()
	ctx := m.t.Context()
	require.NoError(m.t, m.migrations.Claim(ctx, "7/shop"))
	require.NoError(m.t, m.migrations.SaveDiscovered(ctx, id, []store.MigrationSource{
		{Name: "audit.record_version", RowsTotal: 10_000, Bytes: 1 << 30, Definition: []byte(`{"shape":"supa_audit"}`)},
		{Name: "public.history", RowsTotal: -1, Definition: []byte(`{"shape":"mapped"}`)},
	}, []store.MigrationTable{
		{Name: "public.orders", Source: "audit.record_version"}, {Name: "public.users", Source: "audit.record_version"},
	}))
	require.NoError(m.t, m.migrations.BeginSource(ctx, id, "audit.record_version", 700))
	require.NoError(m.t, m.migrations.SaveChunk(ctx, id, &store.MigrationChunk{
		Source: "audit.record_version", Pass: store.PassBackfill, StartedAt: time.Now(), LastKey: 6400, Rows: 6400, Written: 6400, Rate: 15,
	}))
}

// save is what the Collector does to a migration.
func (m *moved) save(ctx context.Context, id string, change func(*store.Migration)) {
	m.t.Helper()
	state, err := m.migrations.Get(ctx, id)
	require.NoError(m.t, err)
	change(state)
	require.NoError(m.t, m.migrations.Save(ctx, state))
}

// at brings a migration to a phase in which old and new are equal.
func (m *moved) at(id string, phase store.MigrationPhase) {
	m.t.Helper()
	m.save(m.t.Context(), id, func(s *store.Migration) {
		s.Phase, s.Wanted, s.VerifiedAt, s.Compared = phase, "", time.Now(), 10_000
	})
}

func (m *moved) differ(id string) {
	m.t.Helper()
	key := int64(17)
	require.NoError(m.t, m.migrations.AddCompared(m.t.Context(), id, map[string]int64{"public.orders": 40}, []store.Difference{
		{Source: "audit.record_version", Table: "public.orders", Kind: store.DifferenceMissingAuditRow, FoundBy: store.FoundByParity, LSN: 0x16B374D848, Detail: "an update of 5"},
		{Source: "audit.record_version", Table: "public.orders", Kind: store.DifferenceChanged, FoundBy: store.FoundByComparison, SourceKey: &key, OccurredAt: firstOfMarch, ActivityID: model.ID{1, 15: 2}, Detail: "total: 1 and 2"},
	}))
}

var (
	anID      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	aMinute   = regexp.MustCompile(`20\d\d-\d\d-\d\d \d\d:\d\dZ`)
	anInstant = regexp.MustCompile(`20\d\d-\d\d-\d\dT[0-9:.]+Z`)
)

// timeless takes out of what a command prints what differs from run to run.
func timeless(text string) string {
	text = anID.ReplaceAllString(text, "ID")
	text = aMinute.ReplaceAllString(text, "MINUTE")
	return anInstant.ReplaceAllString(text, "INSTANT")
}

func TestMigrationIsStartedOnce(t *testing.T) {
	t.Parallel()
	m := newMoved(t)
	got := m.run("status")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "there is no migration yet")

	folder := t.TempDir()
	file := filepath.Join(folder, "history.yaml")
	require.NoError(t, os.WriteFile(file, []byte("name: history\nresource: {service.name: shop}\nactivity: {time: {path: /at}, action: {path: /what}}\n"), 0o600))
	restore := filepath.Join(folder, "restore.sql")
	require.NoError(t, os.WriteFile(restore, []byte("SELECT 1"), 0o600))
	args := []string{
		"--table", "public.*", "--exclude", "public.sessions", "--rate", "5000",
		"--map", "public.history=" + file + ",key=id,trigger=public.orders.audit,restore=" + restore, "--trigger", "public.users.audit",
	}
	id := m.start(args...)
	require.Equal(t, id, m.start(args...))
	state, err := m.migrations.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, []string{"public.orders.audit", "public.users.audit"}, state.Spec.Maps[0].Triggers)
	require.Equal(t, "SELECT 1", state.Spec.Maps[0].Restore)
	require.InDelta(t, 5000, state.Spec.RowsPerSecond, 0)

	got = m.run("start", "--name", "another")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "activityctl migration status")
	m.save(t.Context(), id, func(s *store.Migration) {
		aborted := false
		s.Phase, s.Success = store.MigrationAborted, &aborted
	})
	got = m.run("start", "--name", "off audit triggers")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "another --key")
	require.NotEqual(t, id, m.start("--key", "again"))
}

func TestMigrationIsNotStartedFromMistakes(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"--name: name the migration":  nil,
		"--table: \"orders\"":         {"--name", "x", "--table", "orders"},
		"--rate: it is rows a second": {"--name", "x", "--rate", "-1"},
		"--shadow: it is 0 or more":   {"--name", "x", "--shadow", "-1s"},
		"write schema.table=map.yaml": {"--name", "x", "--map", "history.yaml"},
		"--trigger belongs to one":    {"--name", "x", "--trigger", "a.b.c"},
	} {
		got := execute(t, append([]string{"migration", "start"}, args...)...)
		require.Equal(t, exitUsage, got.status, got.stderr)
		require.Contains(t, got.stderr, want)
	}
}

func TestMigrationStatusPrints(t *testing.T) {
	t.Parallel()
	m := newMoved(t)
	id := m.start()
	require.Contains(t, m.run("status").stdout, "No Collector has taken it yet")
	m.found(id)
	m.save(t.Context(), id, func(s *store.Migration) { s.Phase = store.MigrationBackfilling })
	require.NoError(t, m.migrations.Note(t.Context(), id, "Waiting: 60 sessions are at work."))
	requireGolden(t, "migration-backfilling.txt", timeless(m.run("status").stdout))

	m.differ(id)
	require.NoError(t, m.migrations.NoteFence(t.Context(), id, "public.orders", 2500*time.Microsecond, 2, "could not be handed over: lock timeout"))
	m.at(id, store.MigrationShadowing)
	requireGolden(t, "migration-differing.txt", timeless(m.run("status", id).stdout))
	requireGolden(t, "migration-differing.json", timeless(m.run("status", "--json").stdout))
	got := m.run("differences")
	require.Equal(t, exitWarnings, got.status)
	requireGolden(t, "migration-differences.txt", timeless(got.stdout))
	requireGolden(t, "migration-differences.ndjson", timeless(m.run("differences", "-o", "ndjson", "--limit", "0").stdout))

	got = m.run("status", "nobody")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "there is no such migration")
	require.Equal(t, exitUsage, m.run("status", "a", "b").status)
}

func TestMigrationIsSteered(t *testing.T) {
	t.Parallel()
	m := newMoved(t)
	id := m.start()
	m.found(id)
	require.Contains(t, m.run("pause").stderr, "off audit triggers ("+id+") pauses")
	got := m.run("pause", id)
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "paused already")
	require.Equal(t, exitOK, m.run("resume").status)

	got = m.run("cutover")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "Locked until triggers and log run side by side")
	m.at(id, store.MigrationShadowing)
	require.Equal(t, exitOK, m.run("cutover").status)

	m.at(id, store.MigrationVerified)
	got = m.run("finish", "--drop-after", "2w", "--drop-tables")
	require.Equal(t, exitOK, got.status)
	require.Contains(t, got.stderr, "and the audit tables with them")
	state, err := m.migrations.Get(t.Context(), id)
	require.NoError(t, err)
	require.WithinDuration(t, time.Now().Add(14*24*time.Hour), state.DropAt, time.Minute)
	require.True(t, state.DropTables)
	require.Equal(t, exitUsage, m.run("finish", "--drop-after", "soon").status)
	require.Equal(t, exitOK, m.run("rollback").status)

	got = m.run("abort")
	require.Equal(t, exitUsage, got.status)
	require.Contains(t, got.stderr, `--confirm "off audit triggers"`)
	require.Equal(t, exitOK, m.run("abort", id, "--confirm", "off audit triggers").status)
	m.save(t.Context(), id, func(s *store.Migration) {
		aborted := false
		s.Phase, s.Success, s.Wanted = store.MigrationAborted, &aborted, ""
	})
	got = m.run("pause")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "no migration is running")
	got = m.run("status", "--watch")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stdout, "aborted")
}

func TestMigrationIsWaitedFor(t *testing.T) {
	t.Parallel()
	m := newMoved(t)
	id := m.start()
	m.found(id)
	// soon does as the Collector would, while a command waits.
	soon := func(change func(*store.Migration)) {
		ctx := context.WithoutCancel(t.Context())
		time.AfterFunc(2*migrationPoll, func() { m.save(ctx, id, change) })
	}
	soon(func(s *store.Migration) { s.Phase, s.VerifiedAt = store.MigrationShadowing, time.Now() })
	got := m.run("start", "--name", "off audit triggers", "--wait")
	require.Equal(t, exitOK, got.status, got.stderr)

	soon(func(s *store.Migration) { s.Phase, s.Wanted = store.MigrationVerified, "" })
	require.Equal(t, exitOK, m.run("cutover", "--wait").status)
	soon(func(s *store.Migration) { s.Phase, s.Wanted, s.Paused = store.MigrationShadowing, "", true })
	require.Equal(t, exitOK, m.run("rollback", "--wait").status)
	require.Equal(t, exitOK, m.run("resume").status)

	m.at(id, store.MigrationShadowing)
	soon(func(s *store.Migration) { s.Wanted, s.Errors = "", []string{"no"} })
	got = m.run("cutover", "--wait")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "the tables were not handed over")

	m.differ(id)
	got = m.run("start", "--name", "off audit triggers", "--wait")
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "differ in 2 rows")
	aborted := false
	soon(func(s *store.Migration) { s.Phase, s.Wanted, s.Success = store.MigrationAborted, "", &aborted })
	require.Equal(t, exitOK, m.run("abort", "--confirm", "off audit triggers", "--wait").status)
}

func TestMigrationIsWatchedToItsEnd(t *testing.T) {
	t.Parallel()
	m := newMoved(t)
	id := m.start()
	complete := true
	ctx := context.WithoutCancel(t.Context())
	time.AfterFunc(2*migrationPoll, func() {
		m.save(ctx, id, func(s *store.Migration) { s.Phase, s.Success = store.MigrationComplete, &complete })
	})
	got := m.run("status", "--watch", "--json")
	require.Equal(t, exitOK, got.status, got.stderr)
	lines := strings.Split(strings.TrimSpace(got.stdout), "\n")
	require.Len(t, lines, 2)
	var last migrationOutput
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &last))
	require.True(t, *last.Success)
	require.InDelta(t, 100, last.Progress, 0)
}

func TestMigrationNamesTheRightThatIsMissing(t *testing.T) {
	t.Parallel()
	m := newMoved(t)
	pool := pgtest.Pool(t, m.dsn)
	do(t, pool, "CREATE ROLE migration_stranger LOGIN; GRANT USAGE ON SCHEMA activity TO migration_stranger; GRANT SELECT ON ALL TABLES IN SCHEMA activity TO migration_stranger")
	t.Cleanup(func() {
		_, _ = pool.Exec(context.WithoutCancel(t.Context()), "DROP OWNED BY migration_stranger; DROP ROLE migration_stranger")
	})
	got := execute(t, "migration", "start", "--name", "x", "--dsn", strings.Replace(m.dsn, "user=postgres", "user=migration_stranger", 1))
	require.Equal(t, exitError, got.status)
	require.Contains(t, got.stderr, "member of activity_migrator")
}

func TestPhaseLine(t *testing.T) {
	t.Parallel()
	require.Equal(t, "discover ✓ › prepare ✓ › BACKFILL › shadow › fence › sweep › verify › complete", phaseLine(store.MigrationBackfilling))
	require.Equal(t, "DISCOVER › prepare › backfill › shadow › fence › sweep › verify › complete", phaseLine(store.MigrationDiscovered))
	require.True(t, strings.HasSuffix(phaseLine(store.MigrationComplete), "verify ✓ › complete ✓"))
	require.Equal(t, "ABORTED", phaseLine(store.MigrationAborted))
}
