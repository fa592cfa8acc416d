package schema_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/schema"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

func TestUpAppliesEveryFileOnce(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewEmptyDSN(t))

	before, err := schema.Status(t.Context(), conn)
	require.NoError(t, err)
	require.Len(t, before, schema.Latest())
	require.True(t, before[0].AppliedAt.IsZero())

	report, err := schema.Up(t.Context(), conn)
	require.NoError(t, err)
	require.Equal(t, 0, report.From)
	require.Equal(t, schema.Latest(), report.To)
	require.Len(t, report.Applied, schema.Latest())

	report, err = schema.Up(t.Context(), conn)
	require.NoError(t, err)
	require.Equal(t, schema.Report{From: schema.Latest(), To: schema.Latest()}, report)

	after, err := schema.Status(t.Context(), conn)
	require.NoError(t, err)
	for _, m := range after {
		require.False(t, m.AppliedAt.IsZero(), m.Name)
	}
}

func TestUpTakesManyAtOnce(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewEmptyDSN(t)
	const starters = 8
	reports := make([]schema.Report, starters)
	errs := make([]error, starters)
	var wg sync.WaitGroup
	for i := range starters {
		conn := connect(t, dsn)
		wg.Go(func() { reports[i], errs[i] = schema.Up(t.Context(), conn) })
	}
	wg.Wait()

	var applied []string
	for i := range starters {
		require.NoError(t, errs[i])
		require.Equal(t, schema.Latest(), reports[i].To)
		applied = append(applied, reports[i].Applied...)
	}
	require.Len(t, applied, schema.Latest())
}

func TestUpRefusesANewerDatabase(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewDSN(t))
	_, err := conn.Exec(t.Context(), "INSERT INTO activity.schema_version (version, name) VALUES (4711, 'later')")
	require.NoError(t, err)

	_, err = schema.Up(t.Context(), conn)
	require.ErrorIs(t, err, schema.ErrNewer)
	require.ErrorContains(t, err, "version 4711")
	require.ErrorContains(t, err, "start a program that is at least as new")
	_, err = schema.Status(t.Context(), conn)
	require.ErrorIs(t, err, schema.ErrNewer)
}

func TestUpOnlyReadsWhenNothingIsMissing(t *testing.T) {
	t.Parallel()
	conn := connect(t, pgtest.NewDSN(t))
	_, err := conn.Exec(t.Context(), "SET default_transaction_read_only = on")
	require.NoError(t, err)

	_, err = schema.Up(t.Context(), conn)
	require.NoError(t, err)
}

func TestPrintedScriptDoesWhatUpDoes(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	require.NoError(t, schema.Print(&script))
	conn := connect(t, pgtest.NewEmptyDSN(t))
	_, err := conn.Exec(t.Context(), script.String())
	require.NoError(t, err)

	report, err := schema.Up(t.Context(), conn)
	require.NoError(t, err)
	require.Empty(t, report.Applied)
	require.Equal(t, schema.Latest(), report.To)
}
