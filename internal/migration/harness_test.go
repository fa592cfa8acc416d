package migration

import (
	"context"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap/zaptest"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

const database = "7/shop"

// site is an application with an audited table, and a trail.
type site struct {
	application, trail *pgxpool.Pool
	state              *store.Migrations
	runner             *Runner
	id                 string
}

// newSite has public.orders under triggers of the shape supa_audit, and a migration that
// has found it.
func newSite(t *testing.T, spec store.MigrationSpec, more ...string) *site {
	t.Helper()
	dsn := pgtest.NewEmptyDSN(t)
	s := &site{application: pgtest.Pool(t, dsn), trail: pgtest.New(t)}
	s.state = store.NewMigrations(s.trail)
	s.exec(t, audittest.SupaAuditSQL, "CREATE TABLE public.orders (id bigint PRIMARY KEY, state text, at timestamptz DEFAULT now())",
		"ALTER TABLE public.orders REPLICA IDENTITY FULL", audittest.Enable("supa_audit", "public", "orders"))
	s.exec(t, more...)
	s.restart(t)

	m, err := s.state.Start(t.Context(), "key", "audit to activity", spec)
	require.NoError(t, err)
	s.id = m.ID
	s.step(t) // takes it
	s.step(t) // finds what there is
	require.Equal(t, store.MigrationPrepared, s.migration(t).Phase)
	return s
}

// restart goes on with a runner that knows nothing.
func (s *site) restart(t *testing.T) {
	t.Helper()
	config, err := pgxpool.ParseConfig(s.application.Config().ConnString())
	require.NoError(t, err)
	maps.Copy(config.ConnConfig.RuntimeParams, audit.Printing)
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	s.runner = New(Settings{
		Config: Config{ChunkRows: 3, LockTimeout: 100 * time.Millisecond, LockPause: time.Millisecond}, Application: pool, Trail: s.trail,
		Database: func() string { return database }, Slot: "slot", Publication: "publication", Logger: zaptest.NewLogger(t),
	})
	t.Cleanup(s.runner.ahead.drop)
}

func (s *site) exec(t *testing.T, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		_, err := s.application.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
}

func (s *site) step(t *testing.T) (more bool) {
	t.Helper()
	more, err := s.runner.step(t.Context())
	require.NoError(t, err)
	return more
}

func (s *site) migration(t *testing.T) *store.Migration {
	t.Helper()
	m, err := s.state.Get(t.Context(), s.id)
	require.NoError(t, err)
	return m
}

// begin puts a migration where the receiver has prepared everything.
func (s *site) begin(t *testing.T) {
	t.Helper()
	m := s.migration(t)
	require.NoError(t, s.runner.beginSources(t.Context(), m))
	s.to(t, store.MigrationBackfilling)
}

// to puts a migration into a phase.
func (s *site) to(t *testing.T, phase store.MigrationPhase) {
	t.Helper()
	m := s.migration(t)
	m.Phase, m.VerifiedAt = phase, time.Time{}
	require.NoError(t, s.state.Save(t.Context(), m))
}

// until takes steps until the migration is in a phase.
func (s *site) until(t *testing.T, phase store.MigrationPhase) {
	t.Helper()
	for range 1000 {
		if s.migration(t).Phase == phase {
			return
		}
		s.step(t)
	}
	require.Equal(t, phase, s.migration(t).Phase)
}

// orders writes some, each of which makes an audit row.
func (s *site) orders(t *testing.T, from, to int) {
	t.Helper()
	s.exec(t, fmt.Sprintf("INSERT INTO public.orders (id, state) SELECT i, 'new' FROM generate_series(%d, %d) AS i", from, to))
}

// count counts on one side.
func count(t *testing.T, pool *pgxpool.Pool, query string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(context.Background(), query, args...).Scan(&n))
	return n
}

const (
	auditRows  = "SELECT count(*) FROM audit.record_version"
	activities = "SELECT count(*) FROM activity.activity"
)
