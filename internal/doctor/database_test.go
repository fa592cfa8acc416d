package doctor

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/finding"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// ordinary is what each database of a test server has: pgtest's is quick, and its
// role a superuser.
var ordinary = map[string]finding.Severity{
	checkServerFsync:    finding.Error,
	checkFullPageWrites: finding.Error,
	checkRole:           finding.Warning,
}

func visit(pool *pgxpool.Pool) *examination {
	return &examination{
		Patient: Patient{Examiner: store.NewExaminer(pool), Schema: pool},
		limits:  DefaultLimits(),
		now:     time.Now,
	}
}

// examined are the findings of a visit.
func examined(t *testing.T, pool *pgxpool.Pool) []finding.Finding {
	t.Helper()
	found, err := visit(pool).run(t.Context())
	require.NoError(t, err)
	return found
}

// extraordinary are the checks that found something that is not ordinary.
func extraordinary(found []finding.Finding) map[string]finding.Severity {
	all := noticed(found)
	for check := range ordinary {
		delete(all, check)
	}
	// Slots belong to the server, which tests share.
	delete(all, checkSlots)
	return all
}

func exec(t *testing.T, pool *pgxpool.Pool, statement string) {
	t.Helper()
	_, err := pool.Exec(t.Context(), statement)
	require.NoError(t, err, statement)
}

// sound is a migrated database whose maintenance has run.
func sound(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := pgtest.New(t)
	require.NoError(t, store.NewMaintainer(pool).Run(t.Context()))
	return pool
}

// as connects as a new role after the statement.
func as(t *testing.T, pool *pgxpool.Pool, role, statement string) *pgxpool.Pool {
	t.Helper()
	exec(t, pool, "CREATE ROLE "+role+" LOGIN; "+statement)
	t.Cleanup(func() {
		_, err := pool.Exec(context.Background(), "DROP OWNED BY "+role+"; DROP ROLE "+role)
		require.NoError(t, err)
	})
	config := pool.Config()
	config.ConnConfig.User = role
	login, err := pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), config)
	require.NoError(t, err)
	t.Cleanup(login.Close)
	return login
}

// write stores activities of a service that were observed at a time.
func write(t *testing.T, pool *pgxpool.Pool, service string, observed time.Time, n int) {
	t.Helper()
	var batch store.Batch
	batch.AddResource(&model.Resource{ID: 1, ScopeName: "test"})
	for i := range n {
		a := model.Activity{
			OccurredAt: model.MicrosOf(time.Now().Add(-time.Duration(i) * time.Millisecond)),
			ObservedAt: model.MicrosOf(observed),
			ID:         model.ID{byte(i), byte(i >> 8), service[0]},
			Action:     "order.create", ProjectID: "shop", ServiceName: service, ResourceID: 1,
		}
		batch.Append(&a)
	}
	result, err := store.NewWriter(pool).Write(t.Context(), &batch, nil)
	require.NoError(t, err)
	require.Equal(t, n, result.Written)
}

func TestSoundDatabase(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	write(t, pool, "shop", time.Now(), 10)
	found := examined(t, pool)
	require.Empty(t, extraordinary(found), "%v", found)
	for _, check := range []string{checkSchemaVersion, checkPartitionsAhead, checkFolding, checkLetters, checkClockDatabase, checkClockSources, checkDeliveryLag, checkBypass} {
		require.Equal(t, finding.OK, only(t, found, check).Severity)
	}
	requireRemedies(t, found)
}

// fault makes a fault in a sound database and wants one finding more than it had.
func fault(t *testing.T, check string, severity finding.Severity, statement string) finding.Finding {
	t.Helper()
	pool := sound(t)
	exec(t, pool, statement)
	return faulty(t, pool, check, severity)
}

func faulty(t *testing.T, pool *pgxpool.Pool, check string, severity finding.Severity) finding.Finding {
	t.Helper()
	found := examined(t, pool)
	require.Equal(t, map[string]finding.Severity{check: severity}, extraordinary(found), "%v", found)
	requireRemedies(t, found)
	return only(t, found, check)
}

func requireRemedies(t *testing.T, found []finding.Finding) {
	t.Helper()
	for _, f := range found {
		require.Equal(t, f.Severity == finding.OK, f.Remedy == "", "%v", f)
	}
}

func TestTableThatIsLocked(t *testing.T) {
	t.Parallel()
	pool := sound(t)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	_, err = tx.Exec(t.Context(), "LOCK TABLE activity.rejected IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	found, err := visit(pool).each(t.Context(), []check{lettersCheck})
	require.NoError(t, err)
	f := only(t, found, checkLetters)
	require.Equal(t, finding.Info, f.Severity)
	require.Contains(t, f.Remedy, "when the database has less to do")
}

func TestDatabaseThatGoesAway(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	x := visit(pgtest.Pool(t, dsn))
	_, err = x.run(t.Context())
	require.NoError(t, err)
	require.NoError(t, server.Kill())
	_, err = Database(t.Context(), x.Patient, x.limits)
	require.Error(t, err)
}

func TestReplica(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	pool := pgtest.Pool(t, dsn)
	require.NoError(t, store.NewMaintainer(pool).Run(t.Context()))
	require.NoError(t, server.Stop())
	require.NoError(t, os.WriteFile(filepath.Join(server.Folder(), "data", "standby.signal"), nil, 0o666)) //nolint:gosec // the server is another user
	require.NoError(t, server.Start(t.Context()))
	pool.Reset()
	var replica bool
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT pg_is_in_recovery()").Scan(&replica))
	require.True(t, replica)
	found := examined(t, pool)
	require.Empty(t, extraordinary(found), "%v", found)
	require.Equal(t, finding.OK, only(t, found, checkSlots).Severity)
}
