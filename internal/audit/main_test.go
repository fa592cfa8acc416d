package audit_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-activity/otel-activity/internal/audit"
	"github.com/otel-activity/otel-activity/internal/audit/audittest"
	"github.com/otel-activity/otel-activity/internal/pgtest"
	"github.com/otel-activity/otel-activity/internal/replication"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// database is one of the test's own, after the statements, which prints values as rows are
// read.
func database(tb testing.TB, statements ...string) *pgxpool.Pool {
	tb.Helper()
	config, err := pgxpool.ParseConfig(pgtest.NewEmptyDSN(tb))
	require.NoError(tb, err)
	config.ConnConfig.RuntimeParams["search_path"] = ""
	maps.Copy(config.ConnConfig.RuntimeParams, audit.Printing)
	pool, err := pgxpool.NewWithConfig(tb.Context(), config)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	exec(tb, pool, statements...)
	return pool
}

func exec(tb testing.TB, pool *pgxpool.Pool, statements ...string) {
	tb.Helper()
	for _, statement := range statements {
		_, err := pool.Exec(tb.Context(), statement)
		require.NoError(tb, err, statement)
	}
}

// install is the SQL of a tool by its shape.
var install = map[audit.Shape]string{
	audit.SupaAudit:    audittest.SupaAuditSQL,
	audit.AuditTrigger: audittest.AuditTriggerSQL,
	audit.PgMemento:    audittest.PgMementoSQL,
	audit.TableLog:     audittest.TableLogSQL,
}

// triggered are the shapes with triggers whose rows say all of a change.
var triggered = []audit.Shape{audit.SupaAudit, audit.AuditTrigger, audit.TableLog}

func discover(tb testing.TB, pool *pgxpool.Pool, o audit.Options) []audit.Source {
	tb.Helper()
	sources, err := audit.Discover(tb.Context(), pool, o)
	require.NoError(tb, err)
	return sources
}

// only is the only source of a database, which has no obstacles.
func only(tb testing.TB, pool *pgxpool.Pool) *audit.Source {
	tb.Helper()
	sources := discover(tb, pool, audit.Options{})
	require.Len(tb, sources, 1)
	require.Empty(tb, sources[0].Obstacles)
	return &sources[0]
}

const databaseName = "7000000000000000001/shop"

func newReader(tb testing.TB, s *audit.Source, omit, mask []string) *audit.Reader {
	tb.Helper()
	omitted, err := replication.NewColumns(omit)
	require.NoError(tb, err)
	masked, err := replication.NewColumns(mask)
	require.NoError(tb, err)
	reader, err := audit.NewReader(s, databaseName, omitted, masked)
	require.NoError(tb, err)
	return reader
}

var everything = audit.Range{After: -1, UpTo: 1 << 62, Limit: 1 << 20}

func read(tb testing.TB, pool *pgxpool.Pool, reader *audit.Reader, of audit.Range) *audit.Chunk {
	tb.Helper()
	chunk, err := reader.Read(tb.Context(), pool, of)
	require.NoError(tb, err)
	require.Len(tb, chunk.Keys, chunk.Logs.LogRecordCount())
	require.Len(tb, chunk.Tables, len(chunk.Keys))
	return chunk
}

// attributes are those of the records, as plain values.
func attributes(chunk *audit.Chunk) []map[string]any {
	var all []map[string]any
	for _, r := range records(chunk.Logs).All() {
		all = append(all, r.Attributes().AsRaw())
	}
	return all
}

func records(logs plog.Logs) plog.LogRecordSlice {
	return logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
}

// rewriteGolden makes the tests write their golden files anew.
const rewriteGolden = "REWRITE_GOLDEN"

func requireGolden(t *testing.T, name string, logs plog.Logs) {
	t.Helper()
	type golden struct {
		Time, Observed string
		Event, Body    string `json:",omitempty"`
		Severity       int32
		Attributes     map[string]any
	}
	var all []golden
	for _, r := range records(logs).All() {
		all = append(all, golden{
			r.Timestamp().AsTime().Format(time.RFC3339Nano), r.ObservedTimestamp().AsTime().Format(time.RFC3339Nano),
			r.EventName(), r.Body().AsString(), int32(r.SeverityNumber()), r.Attributes().AsRaw(),
		})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	require.NoError(t, encoder.Encode(map[string]any{
		"Resource": logs.ResourceLogs().At(0).Resource().Attributes().AsRaw(),
		"Scope":    logs.ResourceLogs().At(0).ScopeLogs().At(0).Scope().Name(),
		"Records":  all,
	}))
	got := text.Bytes()
	path := filepath.Join("testdata", name+".json")
	if os.Getenv(rewriteGolden) != "" {
		require.NoError(t, os.WriteFile(path, got, 0o600))
	}
	want, err := os.ReadFile(path) //nolint:gosec // a name of this test
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "set %s=1 to accept", rewriteGolden)
}
