package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/otel-activity/otel-activity/internal/model"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/store"
)

// rewriteGolden makes the tests write their golden files anew.
const rewriteGolden = "REWRITE_GOLDEN"

// ingestedAt is the only part of the output that differs from run to run.
var ingestedAt = regexp.MustCompile(`"ingested_at":"[^"]+"`)

func requireGolden(t *testing.T, name, got string) {
	t.Helper()
	got = ingestedAt.ReplaceAllString(got, `"ingested_at":"…"`)
	path := filepath.Join("testdata", name)
	if os.Getenv(rewriteGolden) != "" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path) //nolint:gosec // a name of this test
	require.NoError(t, err)
	require.Equal(t, string(want), got, "set %s=1 to accept", rewriteGolden)
}

var firstOfMarch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func activityAt(n int) *model.Activity {
	at := firstOfMarch.Add(time.Duration(n) * time.Minute)
	return &model.Activity{
		ID:         model.ID{0: 1, 6: 0x40, 15: byte(n)}, //nolint:gosec // a few
		OccurredAt: model.MicrosOf(at), ResourceID: 1 << 60,
		Source: model.SourceUser, Status: model.StatusSuccess, Severity: model.SeverityInfo, SeverityNumber: 9,
		Action: "order.create", ProjectID: "shop", ActorID: "ann",
		EntityType: "order", EntityID: strconv.Itoa(100 + n),
	}
}

func write(t *testing.T, pool *pgxpool.Pool, activities ...*model.Activity) {
	t.Helper()
	var batch store.Batch
	for _, a := range activities {
		batch.Append(a)
	}
	result, err := store.NewWriter(pool).Write(t.Context(), &batch, func(int) []byte { return nil })
	require.NoError(t, err)
	require.Equal(t, len(activities), result.Written)
}

// trail is a database with six activities that show what output has to cope with.
func trail(t *testing.T) string {
	t.Helper()
	dsn := pgtest.NewDSN(t)
	full := activityAt(1)
	full.ObservedAt = full.OccurredAt + 1500
	full.Status, full.Severity, full.SeverityNumber = model.StatusFailure, model.SeverityCritical, 18
	full.Action, full.EntityName, full.ActorName, full.ActorType = "order.refund", "Order 101", "Ann Ω", "user"
	full.OnBehalfOf, full.OperationID, full.Reason = "bob", "op-1", "customer asked"
	full.TraceID, full.SpanID = model.TraceID{0: 1, 15: 2}, model.SpanID{0: 3, 7: 4}
	full.Duration, full.HasDuration = 0.25, true
	full.ServiceName, full.Environment, full.ClientAddress = "shop", "production", "2001:db8::1"
	full.Details = "card <declined> & \"refused\""
	full.Metadata, full.Changes, full.Attributes = []byte(`{"n":1,"list":[1,2.50]}`), []byte(`{"before":{},"after":{"a":null}}`), []byte(`{"x":"y"}`)
	hostile := activityAt(2)
	hostile.Source, hostile.ActorID, hostile.Details = model.SourceIntegration, "\u202eeve\x1b[31m", "two\nlines\tand\u2028more"
	wide := activityAt(3)
	wide.Source, wide.ActorID, wide.ProjectID = model.SourceScheduled, "日本語", ""
	plain := activityAt(4)
	plain.EntityType, plain.EntityID, plain.ActorID = "", "", ""
	long := activityAt(5)
	long.Action = strings.Repeat("very.", 12) + "long"
	write(t, pgtest.Pool(t, dsn), activityAt(0), full, hostile, wide, plain, long)
	return dsn
}

func TestQueryOutput(t *testing.T) {
	t.Parallel()
	dsn := trail(t)
	for _, form := range []string{"table", "ndjson"} {
		got := execute(t, "query", "--dsn", dsn, "-o", form)
		require.Equal(t, exitOK, got.status, got.stderr)
		require.Empty(t, got.stderr)
		requireGolden(t, "query."+form, got.stdout)
	}
}

func TestQueryFilters(t *testing.T) {
	t.Parallel()
	dsn := trail(t)
	for name, test := range map[string]struct {
		args []string
		want int
	}{
		"none":                  {nil, 6},
		"project":               {[]string{"--project", "shop"}, 5},
		"no project":            {[]string{"--project", ""}, 1},
		"several sources":       {[]string{"--source", "integration", "--source", "scheduled"}, 2},
		"not a status":          {[]string{"--status=-success"}, 1},
		"severity and action":   {[]string{"--severity", "critical", "--action", "order.refund"}, 1},
		"entity with colon":     {[]string{"--entity", "order:101"}, 1},
		"entity with slash":     {[]string{"--entity", "order/101"}, 1},
		"entity type":           {[]string{"--entity", "order"}, 5},
		"actor":                 {[]string{"--actor", "ann"}, 3},
		"on behalf of":          {[]string{"--on-behalf-of", "bob"}, 1},
		"trace":                 {[]string{"--trace", "01000000000000000000000000000002"}, 1},
		"operation":             {[]string{"--operation", "op-1"}, 1},
		"text":                  {[]string{"--text", "DECLINED"}, 1},
		"from":                  {[]string{"--from", "2026-03-01T12:03:00Z"}, 3},
		"from, other time zone": {[]string{"--from", "2026-03-01T13:03:00+01:00"}, 3},
		"to a day":              {[]string{"--to", "2026-03-01"}, 0},
		"relative":              {[]string{"--from", "10000d", "--to", "0s"}, 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := execute(t, append([]string{"query", "--dsn", dsn, "-o", "ndjson"}, test.args...)...)
			require.Equal(t, exitOK, got.status, got.stderr)
			require.Equal(t, test.want, strings.Count(got.stdout, "\n"), got.stdout)
		})
	}
}

func TestQueryGoesOnFromItsCursor(t *testing.T) {
	t.Parallel()
	dsn := trail(t)
	args := []string{"query", "--dsn", dsn, "-o", "ndjson", "--project", "shop", "--limit", "2", "--from", "10000d"}
	var lines []string
	for pages := 1; ; pages++ {
		got := execute(t, args...)
		require.Equal(t, exitOK, got.status, got.stderr)
		lines = append(lines, strings.Split(strings.TrimSuffix(got.stdout, "\n"), "\n")...)
		cursor, found := strings.CutPrefix(got.stderr, "next cursor: ")
		if !found {
			require.Equal(t, 3, pages)
			break
		}
		args = append(args, "--cursor", strings.TrimSpace(cursor))

		other := execute(t, append([]string{"query", "--dsn", dsn, "--project", "other"}, args[len(args)-2:]...)...)
		require.Equal(t, exitUsage, other.status)
		require.Contains(t, other.stderr, "the cursor belongs to another filter")
	}
	all := execute(t, "query", "--dsn", dsn, "-o", "ndjson", "--project", "shop", "--limit", "0")
	require.Equal(t, all.stdout, strings.Join(lines, "\n")+"\n")

	reversed := execute(t, "query", "--dsn", dsn, "-o", "ndjson", "--project", "shop", "--oldest-first", "--limit", "1")
	require.Equal(t, lines[len(lines)-1]+"\n", reversed.stdout)
}

func TestQueryWithoutLimitReadsAllPages(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewDSN(t)
	var many []*model.Activity
	for n := range 2*store.MaxPageSize + 10 {
		a := activityAt(0)
		a.ID[14], a.ID[15] = byte(n>>8), byte(n)
		many = append(many, a)
	}
	write(t, pgtest.Pool(t, dsn), many...)
	for limit, want := range map[string]int{"0": len(many), "1500": 1500} {
		got := execute(t, "query", "--dsn", dsn, "--limit", limit)
		require.Equal(t, exitOK, got.status, got.stderr)
		require.Equal(t, want+1, strings.Count(got.stdout, "\n"))
		require.Equal(t, want < len(many), strings.Contains(got.stderr, "next cursor: "))
	}
}

func TestQueryRefusals(t *testing.T) {
	t.Parallel()
	dsn := pgtest.NewDSN(t)
	for name, test := range map[string]struct {
		args   []string
		status int
		want   string
	}{
		"time":    {[]string{"--from", "yesterday"}, exitUsage, `"yesterday" is none of: an RFC 3339 time`},
		"form":    {[]string{"-o", "xml"}, exitUsage, `"xml" is neither table nor ndjson`},
		"status":  {[]string{"--status", "ok"}, exitUsage, `want one of unknown, success`},
		"trace":   {[]string{"--trace", "1"}, exitUsage, "want 32 hexadecimal digits"},
		"limit":   {[]string{"--limit", "-1"}, exitUsage, "want 0 for all"},
		"cursor":  {[]string{"--cursor", "x"}, exitUsage, "the cursor is damaged"},
		"no such": {[]string{"--dsn", strings.Replace(dsn, "test_", "none_", 1)}, exitError, "name the database with --dsn"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := execute(t, append([]string{"query", "--dsn", dsn}, test.args...)...)
			require.Equal(t, test.status, got.status, got.stderr)
			require.Contains(t, got.stderr, test.want)
		})
	}
	empty := pgtest.NewEmptyDSN(t)
	for _, command := range []string{"query", "tail", "counts"} {
		got := execute(t, command, "--dsn", empty)
		require.Equal(t, exitError, got.status)
		require.Contains(t, got.stderr, `"activityctl schema up"`)
	}
}

func TestCountsOutput(t *testing.T) {
	t.Parallel()
	dsn := trail(t)
	for _, form := range []string{"table", "ndjson"} {
		got := execute(t, "counts", "--dsn", dsn, "-o", form, "--by", "source,action,status,severity,project")
		require.Equal(t, exitOK, got.status, got.stderr)
		requireGolden(t, "counts."+form, got.stdout)
	}
	got := execute(t, "counts", "--dsn", dsn, "--by", "status", "--action", "order.refund", "--from", "2026-03-01")
	require.Equal(t, "BY      VALUE    COUNT\nstatus  failure  1\n", got.stdout)

	got = execute(t, "counts", "--dsn", dsn, "--by", "action", "--top", "1")
	require.Equal(t, "BY      VALUE         COUNT\naction  order.create  4\naction  (others)      2\n", got.stdout)
	got = execute(t, "counts", "--dsn", dsn, "--top", "-1")
	require.Equal(t, exitUsage, got.status)

	got = execute(t, "counts", "--dsn", dsn, "--by", "actor")
	require.Equal(t, exitUsage, got.status)
	require.Contains(t, got.stderr, "want some of [project source status severity action]")
	got = execute(t, "counts", "--dsn", dsn, "--by", "action", "--source", "user")
	require.Equal(t, exitUsage, got.status)
	require.Contains(t, got.stderr, "counts by action are not kept for it")
}

// lines is a standard output that can be read while the command runs.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// startTail runs the command until stop, which returns its exit status.
func startTail(t *testing.T, args ...string) (stdout, stderr *lines, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stdout, stderr = &lines{}, &lines{}
	status := make(chan int, 1)
	go func() { status <- run(ctx, append([]string{"tail"}, args...), strings.NewReader(""), stdout, stderr) }()
	t.Cleanup(cancel)
	return stdout, stderr, func() int {
		cancel()
		return <-status
	}
}

func TestTailFollowsUntilInterrupted(t *testing.T) {
	t.Parallel()
	dsn := trail(t)
	pool := pgtest.Pool(t, dsn)

	stdout, stderr, stop := startTail(t, "--dsn", dsn, "--since", "1h", "--project", "shop", "--interval", "20ms")
	require.Eventually(t, func() bool { return strings.Count(stdout.String(), "\n") == 6 }, 10*time.Second, 10*time.Millisecond, "head and the five of the project")
	late := activityAt(-60)
	late.Action = "came.late"
	write(t, pool, late)
	require.Eventually(t, func() bool { return strings.Contains(stdout.String(), "came.late") }, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, exitOK, stop())
	require.Empty(t, stderr.String())
	require.Equal(t, 7, strings.Count(stdout.String(), "\n"))
}

func TestTailGoesOnAfterALostConnection(t *testing.T) {
	t.Parallel()
	server := pgtest.Own(t, pgtest.Options{})
	dsn, err := server.CreateDatabase(t.Context())
	require.NoError(t, err)
	stdout, stderr, stop := startTail(t, "--dsn", dsn, "-o", "ndjson", "--since", "1h", "--interval", "20ms")
	wrote := 0
	writeOne := func() {
		pool := pgtest.Pool(t, dsn)
		defer pool.Close()
		write(t, pool, activityAt(wrote))
		wrote++
		require.Eventually(t, func() bool { return strings.Count(stdout.String(), "\n") == wrote }, 20*time.Second, 10*time.Millisecond)
	}
	writeOne()
	require.NoError(t, server.Stop())
	require.Eventually(t, func() bool { return strings.Contains(stderr.String(), "trying again in") }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, server.Start(t.Context()))
	writeOne()
	require.Equal(t, exitOK, stop())
}
