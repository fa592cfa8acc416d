package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/otel-activity/otel-activity/internal/logmap"
	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// poisoned is a database with three dead letters of two projects: it refuses an action.
func poisoned(t *testing.T) (dsn string, pool *pgxpool.Pool) {
	t.Helper()
	dsn = pgtest.NewDSN(t)
	pool = pgtest.Pool(t, dsn)
	_, err := pool.Exec(t.Context(), "ALTER TABLE activity.activity ADD CONSTRAINT no_poison CHECK (action <> 'poison')")
	require.NoError(t, err)
	for i, project := range []string{"shop", "shop", "other"} {
		ld := plog.NewLogs()
		resource := ld.ResourceLogs().AppendEmpty()
		resource.Resource().Attributes().PutStr("service.name", "test")
		record := resource.ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
		record.SetEventName("poison")
		record.SetTimestamp(pcommon.NewTimestampFromTime(firstOfMarch.Add(time.Duration(i) * time.Minute)))
		record.Attributes().PutStr("activity.project.id", project)
		writeLogs(t, pool, ld)
	}
	return dsn, pool
}

// writeLogs writes as the exporter does.
func writeLogs(t *testing.T, pool *pgxpool.Pool, ld plog.Logs) {
	t.Helper()
	payload, err := plogotlp.NewExportRequestFromLogs(ld).MarshalProto()
	require.NoError(t, err)
	var batch store.Batch
	logmap.New(logmap.DefaultLimits(), time.Now).MapLogs(ld, firstOfMarch, batch.AddResource,
		func(_ logmap.Ref, a *model.Activity) { batch.Append(a) })
	result, err := store.NewWriter(pool).Write(t.Context(), &batch, func(int) []byte { return payload })
	require.NoError(t, err)
	require.Equal(t, 1, result.Rejected)
}

// letters are what list prints for programs.
func letters(t *testing.T, dsn string, args ...string) []letterObject {
	t.Helper()
	got := execute(t, append([]string{"rejected", "list", "-o", "ndjson", "--dsn", dsn}, args...)...)
	require.Zero(t, got.status, got.stderr)
	var all []letterObject
	for line := range strings.Lines(got.stdout) {
		var o letterObject
		require.NoError(t, json.Unmarshal([]byte(line), &o))
		all = append(all, o)
	}
	return all
}

func stored(t *testing.T, pool *pgxpool.Pool) (n int) {
	t.Helper()
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT count(*) FROM activity.activity").Scan(&n))
	return n
}

func TestRejectedRecordsAreListedAndShown(t *testing.T) {
	t.Parallel()
	dsn, _ := poisoned(t)
	all := letters(t, dsn)
	require.Len(t, all, 3)
	require.Len(t, letters(t, dsn, "--project", "shop"), 2)
	require.Len(t, letters(t, dsn, "--limit", "1"), 1)
	require.Equal(t, "23514", all[0].SQLState)
	require.Contains(t, all[0].Error, "no_poison")

	table := execute(t, "rejected", "list", "--dsn", dsn)
	require.Contains(t, table.stdout, "SQLSTATE")
	require.Contains(t, table.stdout, all[0].ID)

	shown := execute(t, "rejected", "show", all[0].ID, "--dsn", dsn)
	require.Zero(t, shown.status, shown.stderr)
	require.Contains(t, shown.stdout, `"eventName": "poison"`)
	missing := execute(t, "rejected", "show", "00000000-0000-7000-8000-000000000000", "--dsn", dsn)
	require.Equal(t, exitError, missing.status)
	require.Contains(t, missing.stderr, "there is no rejected record with this id")
}

func TestReplayStoresOnceTheReasonIsGone(t *testing.T) {
	t.Parallel()
	dsn, pool := poisoned(t)
	again := execute(t, "rejected", "replay", "--all", "--dsn", dsn)
	require.Equal(t, exitError, again.status)
	require.Contains(t, again.stderr, "stored 0, refused again 3")
	all := letters(t, dsn)
	require.Len(t, all, 3, "what is refused again stays")

	_, err := pool.Exec(t.Context(), "ALTER TABLE activity.activity DROP CONSTRAINT no_poison")
	require.NoError(t, err)
	one := execute(t, "rejected", "replay", all[0].ID, "--dsn", dsn)
	require.Zero(t, one.status, one.stderr)
	require.Equal(t, 1, stored(t, pool))
	rest := execute(t, "rejected", "replay", "--all", "--dsn", dsn)
	require.Contains(t, rest.stderr, "stored 2, refused again 0")
	require.Equal(t, 3, stored(t, pool))
	require.Empty(t, letters(t, dsn))

	var ids []string
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT array_agg(id::text ORDER BY occurred_at DESC) FROM activity.activity").Scan(&ids))
	require.Equal(t, []string{all[0].ID, all[1].ID, all[2].ID}, ids, "they keep their ids")
}

// The program may end between the write and the drop.
func TestReplayOfWhatIsStoredOnlyDropsTheLetter(t *testing.T) {
	t.Parallel()
	dsn, pool := poisoned(t)
	_, err := pool.Exec(t.Context(), `ALTER TABLE activity.activity DROP CONSTRAINT no_poison;
		CREATE TABLE public.kept AS SELECT * FROM activity.rejected`)
	require.NoError(t, err)
	require.Zero(t, execute(t, "rejected", "replay", "--all", "--dsn", dsn).status)
	_, err = pool.Exec(t.Context(), "INSERT INTO activity.rejected SELECT * FROM public.kept")
	require.NoError(t, err)
	got := execute(t, "rejected", "replay", "--all", "--dsn", dsn)
	require.Zero(t, got.status, got.stderr)
	require.Equal(t, 3, stored(t, pool))
	require.Empty(t, letters(t, dsn))
}

func TestDropForgets(t *testing.T) {
	t.Parallel()
	dsn, pool := poisoned(t)
	id := letters(t, dsn)[0].ID
	require.Contains(t, execute(t, "rejected", "drop", id, "--dsn", dsn).stderr, "dropped 1")
	require.Len(t, letters(t, dsn), 2)
	require.Contains(t, execute(t, "rejected", "drop", "--all", "--dsn", dsn).stderr, "dropped 2")
	require.Empty(t, letters(t, dsn))
	require.Zero(t, stored(t, pool))
}

func TestRejectedRefusesToGuess(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"no id":       {"rejected", "replay"},
		"an id and":   {"rejected", "drop", "--all", "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60"},
		"no uuid":     {"rejected", "show", "4711"},
		"two to show": {"rejected", "show", "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60", "01937b52-6a0c-7c1e-9f0a-3a5c1d2e4f60"},
	} {
		require.Equal(t, exitUsage, execute(t, args...).status, name)
	}
}
