package e2e

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"github.com/otel-activity/otel-activity/activity"
	"github.com/otel-activity/otel-activity/activity/activitypgx"
	"github.com/otel-activity/otel-activity/internal/harness"
	"github.com/otel-activity/otel-activity/internal/pgtest"
)

// TestRowChangesWithTheirActorAndTrace goes the whole road: an application's transaction,
// the server's log over TLS by a role that may only replicate, the Collector, the trail.
// On the way the role's password changes and changes back.
func TestRowChangesWithTheirActorAndTrace(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t, "servers")
	server := newTLSServer(t, authority)
	server.serve(t, authority.issue(t, "db", server.address), "scram-sha-256")
	for _, statement := range []string{
		"CREATE TABLE public.invoices (id int PRIMARY KEY, state text)",
		"CREATE ROLE wal_reader LOGIN REPLICATION PASSWORD 'first'",
		"CREATE PUBLICATION otel_activity FOR TABLE public.invoices",
	} {
		_, err := server.admin.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	source := strings.Replace(server.dsn(authority, nil), "postgres@", "wal_reader:first@", 1)

	pipeline, err := harness.NewPipeline(t.Context(), collectorBinary, t.TempDir(), pgtest.NewDSN(t))
	require.NoError(t, err)
	require.NoError(t, pipeline.ReadWAL(source))
	pipeline.Set = append(pipeline.Set, "receivers.postgres_wal.publication.create=false")
	require.NoError(t, pipeline.Start(t.Context()))
	t.Cleanup(func() {
		require.NoError(t, pipeline.Stop())
		if t.Failed() {
			t.Logf("the collector's log:\n%s", logOf(t, pipeline))
		}
	})
	trail := pgtest.Pool(t, strings.TrimPrefix(pipeline.Env[0], "HARNESS_DSN="))
	waitForSlot(t, server)

	span := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1, 2, 3}, SpanID: trace.SpanID{4, 5}, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithSpanContext(activity.WithActor(t.Context(), activity.Actor{ID: "u-1"}), span)
	db := activitypgx.New(server.admin)
	write := func(id int) {
		require.NoError(t, db.BeginFunc(ctx, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "INSERT INTO public.invoices VALUES ($1, 'open')", id); err != nil {
				return err
			}
			return activitypgx.InTx(ctx, tx, activity.Activity{Action: "invoice.create", Entity: activity.Entity{Type: "invoice", ID: strconv.Itoa(id)}})
		}))
	}
	write(1)
	requireJoined(t, trail, 1)

	endSessions := func(password string) {
		_, err := server.admin.Exec(t.Context(), "ALTER ROLE wal_reader PASSWORD '"+password+"'")
		require.NoError(t, err)
		_, err = server.admin.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'wal_reader'")
		require.NoError(t, err)
	}
	endSessions("second")
	write(2)
	require.Eventually(t, func() bool { return strings.Contains(logOf(t, pipeline), "28P01") }, 20*time.Second, 20*time.Millisecond)
	require.NotContains(t, logOf(t, pipeline), "first", "no password in the log")
	endSessions("first")
	requireJoined(t, trail, 2)
}

func waitForSlot(t *testing.T, server *tlsServer) {
	t.Helper()
	require.Eventually(t, func() bool {
		var encrypted bool
		// Not before it reads the slot: until that is made, nothing is kept for it.
		const readers = "SELECT bool_and(s.ssl) FROM pg_stat_ssl AS s JOIN pg_stat_replication USING (pid) JOIN pg_replication_slots ON active_pid = pid"
		err := server.admin.QueryRow(t.Context(), readers).Scan(&encrypted)
		return err == nil && encrypted
	}, 20*time.Second, 20*time.Millisecond, "nobody reads the log")
}

// requireJoined waits until an invoice's row and its activity are there: of one actor, in
// one trace and one transaction.
func requireJoined(t *testing.T, trail *pgxpool.Pool, id int) {
	t.Helper()
	const joined = `SELECT concat_ws(' ', r.action, r.actor_id, encode(r.trace_id, 'hex'))
		FROM activity.activity AS r
		JOIN activity.activity AS a ON a.entity_id = r.entity_id AND a.actor_id = r.actor_id AND a.trace_id = r.trace_id
			AND a.attributes ->> 'postgresql.xid' = r.attributes ->> 'postgresql.xid'
		WHERE r.action = 'invoices.insert' AND a.action = 'invoice.create' AND r.entity_id = $1`
	require.Eventually(t, func() bool {
		rows, err := trail.Query(t.Context(), joined, strconv.Itoa(id))
		require.NoError(t, err)
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return len(found) == 1 && found[0] == "invoices.insert u-1 01020300000000000000000000000000"
	}, 30*time.Second, 50*time.Millisecond, "invoice %d and its activity don't meet", id)
}
